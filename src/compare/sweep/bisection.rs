//! Finds by bisection where along an axis a claim begins or ceases to hold.

use std::collections::BTreeSet;

use super::axis::Axis;

/// A search among the values of an axis, from the first to the last.
///
/// It assumes that the claim changes at most once along the axis; [`probes`](Bisection::probes) are
/// values at which a caller can see whether it does.
///
/// ```
/// use stalemate::compare::sweep::{Answer, Bisection};
///
/// let mut search = Bisection::new(1_000);
/// let mut runs = 0;
/// while let Some(value) = search.next() {
///     search.tell(value >= 700);
///     runs += 1;
/// }
/// assert_eq!(search.answer(), Some(Answer::Smallest(700)));
/// assert!(runs <= 12);
/// ```
#[derive(Clone, Debug)]
pub struct Bisection {
    count: usize,
    /// Whether the claim holds at the first and the last value, if known.
    ends: [Option<bool>; 2],
    /// The claim changes between these two positions.
    low: usize,
    high: usize,
    tried: BTreeSet<usize>,
}

/// The result of a search: positions among the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The claim holds from this one on.
    Smallest(usize),
    /// The claim holds up to this one.
    Largest(usize),
    /// The claim holds at the first and the last.
    Everywhere,
    /// The claim holds at neither.
    Nowhere,
}

impl Answer {
    /// The result as text: "TTL=700 is the smallest"
    pub fn words(self, axis: &Axis) -> String {
        let value = |at: usize| format!("{}={}", axis.name, axis.values[at].plain());
        match self {
            Answer::Smallest(at) => format!("{} is the smallest", value(at)),
            Answer::Largest(at) => format!("{} is the largest", value(at)),
            Answer::Everywhere => "it holds of the first value and of the last".to_owned(),
            Answer::Nowhere => "it holds neither of the first nor of the last".to_owned(),
        }
    }

    /// Whether the claim holds at a position, if it changes only once.
    pub fn holds_at(self, at: usize) -> bool {
        match self {
            Answer::Smallest(from) => at >= from,
            Answer::Largest(to) => at <= to,
            Answer::Everywhere => true,
            Answer::Nowhere => false,
        }
    }

    /// The position that it names, if any.
    pub fn value(self) -> Option<usize> {
        match self {
            Answer::Smallest(at) | Answer::Largest(at) => Some(at),
            Answer::Everywhere | Answer::Nowhere => None,
        }
    }
}

impl Bisection {
    /// A search among `count` values.
    pub fn new(count: usize) -> Bisection {
        let high = count.saturating_sub(1);
        Bisection { count, ends: [None; 2], low: 0, high, tried: BTreeSet::new() }
    }

    /// The position of the value to try next; `None`: there is an answer.
    pub fn next(&self) -> Option<usize> {
        match self.ends {
            _ if self.count == 0 => None,
            [None, _] => Some(0),
            [_, None] => Some(self.count - 1),
            [Some(first), Some(last)] => {
                (first != last && self.high - self.low > 1).then(|| (self.low + self.high) / 2)
            }
        }
    }

    /// Reports whether the claim holds at the value that [`next`](Bisection::next) gave.
    pub fn tell(&mut self, holds: bool) {
        self.tried.extend(self.next());
        match self.ends {
            [None, _] => {
                self.ends[0] = Some(holds);
                if self.count == 1 {
                    self.ends[1] = Some(holds);
                }
            }
            [_, None] => self.ends[1] = Some(holds),
            [Some(first), _] => {
                let middle = (self.low + self.high) / 2;
                match holds == first {
                    true => self.low = middle,
                    false => self.high = middle,
                }
            }
        }
    }

    /// Positions at which to check the answer: some on both sides of the change, and some evenly
    /// spread. None of them was tried.
    pub fn probes(&self) -> Vec<usize> {
        const NEAR: usize = 3;
        const SPREAD: usize = 8;
        let Some(last) = self.count.checked_sub(1) else { return Vec::new() };
        let mut probes: BTreeSet<usize> = (1..SPREAD).map(|nth| last * nth / SPREAD).collect();
        if self.answer().is_some_and(|answer| answer.value().is_some()) {
            probes.extend(self.low.saturating_sub(NEAR)..=(self.high + NEAR).min(last));
        }
        probes.into_iter().filter(|at| !self.tried.contains(at)).collect()
    }

    /// The answer, once nothing is left to try.
    pub fn answer(&self) -> Option<Answer> {
        match (self.next(), self.ends) {
            (None, [Some(true), Some(true)]) => Some(Answer::Everywhere),
            (None, [Some(true), _]) => Some(Answer::Largest(self.low)),
            (None, [Some(false), Some(true)]) => Some(Answer::Smallest(self.high)),
            (None, [Some(false), _]) => Some(Answer::Nowhere),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_see_a_claim_that_changes_more_than_once() {
        // it holds up to 40, and again from 43 to 47
        let holds = |at: usize| at <= 40 || (43..=47).contains(&at);
        let mut search = Bisection::new(100);
        let mut tried = Vec::new();
        while let Some(at) = search.next() {
            search.tell(holds(at));
            tried.push(at);
        }
        let answer = search.answer().expect("an answer");
        let probes = search.probes();
        assert!(probes.iter().any(|&at| answer.holds_at(at) != holds(at)), "{answer:?}");
        assert!(probes.iter().all(|at| !tried.contains(at)) && probes.len() <= 14);
        // it holds only in the middle
        let mut search = Bisection::new(9);
        while let Some(at) = search.next() {
            search.tell(at == 4);
        }
        assert_eq!((search.answer(), search.probes().contains(&4)), (Some(Answer::Nowhere), true));
    }

    #[test]
    fn every_change_is_found() {
        for count in 1..40 {
            for change in 0..=count {
                for rises in [true, false] {
                    let mut search = Bisection::new(count);
                    while let Some(at) = search.next() {
                        search.tell((at >= change) == rises);
                    }
                    let expected = match (change, rises) {
                        (0, true) => Answer::Everywhere,
                        (0, false) => Answer::Nowhere,
                        (change, true) if change == count => Answer::Nowhere,
                        (change, false) if change == count => Answer::Everywhere,
                        (change, true) => Answer::Smallest(change),
                        (change, false) => Answer::Largest(change - 1),
                    };
                    assert_eq!(search.answer(), Some(expected), "{count} {change} {rises}");
                }
            }
        }
        assert_eq!(Bisection::new(0).next(), None);
        assert!(Bisection::new(0).probes().is_empty());
    }
}
