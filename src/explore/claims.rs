//! What a search of every order says of each claim's scenario: a table that a test keeps true,
//! so that a list of claims can say it at once.
//!
//! It was asked what is searched where nothing is named, up to [`MOST_STATES`] states. Claims
//! that a search refuses, because they are about load, have no row.

use super::answer::{Answer, Verdict};
use super::question::Property;

/// More states than that, and the answer is `unknown`.
pub const MOST_STATES: u64 = 30_000;

/// One row each: preset, verdict, states, what is broken with its fewest effects, and why it
/// says little that it holds; tabs between them.
const TABLE: &str = include_str!("claims.tsv");

/// What a search says of a claim's scenario, or of a row of the field guide.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimAnswer {
    /// The preset's id, or the row's.
    pub preset: &'static str,
    pub verdict: Verdict,
    pub states: u64,
    /// What can go wrong, and the fewest effects to that.
    pub broken: Vec<(Property, u16)>,
    /// Why it says little that it holds.
    pub vacuous: Option<&'static str>,
}

impl ClaimAnswer {
    /// All rows, in the order of the presets.
    pub fn all() -> impl Iterator<Item = ClaimAnswer> {
        TABLE.lines().filter_map(ClaimAnswer::read)
    }

    /// That of a preset, if it is a claim that was searched.
    pub fn of(preset: &str) -> Option<ClaimAnswer> {
        ClaimAnswer::all().find(|row| row.preset == preset)
    }

    /// Reads a row of a table.
    pub(crate) fn read(row: &'static str) -> Option<ClaimAnswer> {
        let mut cells = row.split('\t');
        let mut next = || cells.next();
        let (preset, verdict, states) = (next()?, next()?, next()?);
        let (broken, vacuous) = (next()?, next()?);
        let broken = broken.split_whitespace().filter_map(|each| {
            let (property, effects) = each.split_once(':')?;
            Some((Property::find(property)?, effects.parse().ok()?))
        });
        Some(ClaimAnswer {
            preset,
            verdict: Verdict::ALL.into_iter().find(|each| each.name() == verdict)?,
            states: states.parse().ok()?,
            broken: broken.collect(),
            vacuous: Some(vacuous).filter(|why| !why.is_empty()),
        })
    }

    /// The row of a table that [`ClaimAnswer::all`] reads, for the answer of a search that was to
    /// stop at `most_states`.
    pub fn row(id: &str, answer: &Answer, most_states: u64) -> String {
        let Answer { first, results, .. } = answer;
        let broken =
            results.iter().filter_map(|each| Some(format!("{}:{}", each.property, each.effects?)));
        let broken: Vec<String> = broken.collect();
        let vacuous = match first.verdict {
            Verdict::Holds => first.vacuous.join(", and "),
            _ => String::new(),
        };
        // a search that is cut off has a few more, by how many steps it was asked for at once
        let (verdict, states) = (first.verdict, first.states.min(most_states));
        format!("{id}\t{verdict}\t{states}\t{}\t{vacuous}", broken.join(" "))
    }

    /// In a sentence: "In some order an acknowledged write is lost: 3 effects."
    pub fn sentence(&self) -> String {
        match (self.verdict, self.vacuous) {
            (Verdict::Violated, _) => {
                let broken = self.broken.iter().map(|(property, effects)| {
                    format!("{} ({effects} effects)", property.broken())
                });
                format!("In some order {}.", broken.collect::<Vec<_>>().join("; "))
            }
            (Verdict::Holds, None) => {
                format!(
                    "In no order of its events does anything go wrong for good: {} states.",
                    self.states
                )
            }
            (Verdict::Holds, Some(why)) => {
                format!("In no order does anything go wrong for good, but {why}.")
            }
            (Verdict::Unknown, _) => {
                "Whether some order goes wrong for good, a short search does not tell.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_read_and_has_a_sentence() {
        assert_eq!(ClaimAnswer::all().count(), TABLE.lines().count());
        for row in ClaimAnswer::all() {
            assert_eq!(row.verdict == Verdict::Violated, !row.broken.is_empty(), "{row:?}");
            assert!(row.sentence().starts_with(['I', 'W']) && row.sentence().ends_with('.'));
        }
        let race = ClaimAnswer::of("ca6").expect("it is searched");
        assert_eq!(race.broken, [(Property::Converges, 5)]);
        assert_eq!(ClaimAnswer::of("cache-aside"), None);
    }
}
