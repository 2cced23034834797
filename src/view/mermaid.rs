//! A diagram as a Mermaid sequence diagram.

use std::fmt::Write;

use super::{Arrow, ArrowEnd, Diagram};
use crate::time::Micros;
use crate::world::ProcessId;

/// The longest text, in characters: beyond 50,000, Mermaid (11.17) draws a message instead of a
/// diagram.
const LONGEST: usize = 50_000;
/// Room for the line that says how much was left out.
const LONGEST_NOTE: usize = 200;

/// One line of a sequence diagram: an arrow or a note.
enum SequenceLine<'a> {
    Arrow(&'a Arrow),
    Note { process: ProcessId, text: &'a str },
}

impl Diagram {
    /// The diagram in Mermaid's language, in the order in which messages ended:
    /// `->>` is a call, `-->>` a reply, `-x` a message that was lost.
    pub fn mermaid(&self) -> String {
        let mut text = "sequenceDiagram\n".to_owned();
        for lane in &self.lanes {
            let id = self.participant(lane.process);
            // writing to a text cannot fail
            let _ = writeln!(text, "    participant {id} as {}", plain(&lane.name));
        }
        let arrows = self.arrows.iter().map(|arrow| {
            let at_us = arrow.ended_us.unwrap_or(Micros::MAX);
            ((at_us, arrow.seq.unwrap_or(u64::MAX)), SequenceLine::Arrow(arrow))
        });
        let marks = self.marks.iter().map(|mark| {
            let note = SequenceLine::Note { process: mark.process, text: &mark.text };
            ((mark.at_us, mark.seq), note)
        });
        let mut told: Vec<_> = arrows.chain(marks).collect();
        told.sort_by_key(|(when, _)| *when);
        let lines: Vec<String> =
            told.into_iter().map(|(_, each)| self.sequence_line(each)).collect();
        let mut length = text.len() + LONGEST_NOTE;
        let fits = |line: &&String| {
            length += line.len();
            length <= LONGEST
        };
        let shown = lines.iter().rev().take_while(fits).count();
        let (earlier, shown) = lines.split_at(lines.len() - shown);
        let left_out = self.arrows_left_out + self.marks_left_out + earlier.len();
        if let (1.., [first, .., last]) = (left_out, self.lanes.as_slice()) {
            let (first, last) = (self.participant(first.process), self.participant(last.process));
            let _ = writeln!(text, "    Note over {first},{last}: {left_out} earlier left out");
        }
        text.extend(shown.iter().map(String::as_str));
        text
    }

    fn sequence_line(&self, line: SequenceLine<'_>) -> String {
        match line {
            SequenceLine::Arrow(arrow) => {
                let sign = match (arrow.end, arrow.reply) {
                    (ArrowEnd::Dropped(_), true) => "--x",
                    (ArrowEnd::Dropped(_), false) => "-x",
                    (_, true) => "-->>",
                    (_, false) => "->>",
                };
                let (from, to) = (self.participant(arrow.from), self.participant(arrow.to));
                let whose = match arrow.label.as_str() {
                    "" => String::new(),
                    label => format!("{label} "),
                };
                let end = match arrow.end {
                    ArrowEnd::Landed => "",
                    ArrowEnd::Dropped(_) => " (lost)",
                    ArrowEnd::UnderWay => " (under way)",
                    ArrowEnd::Held => " (held)",
                };
                format!("    {from}{sign}{to}: {whose}{}{end}\n", plain(&arrow.text))
            }
            SequenceLine::Note { process, text: said } => {
                format!("    Note over {}: {}\n", self.participant(process), plain(said))
            }
        }
    }
}

impl Diagram {
    fn participant(&self, process: ProcessId) -> String {
        let lane = self.lanes.iter().find(|lane| lane.process == process);
        lane.map_or(String::new(), |lane| lane.name.replace(' ', ""))
    }
}

/// Escapes characters with a meaning in Mermaid's language. In a line with `style…:` or
/// `classDef…:`, Mermaid removes the `;` of an escape, so these words themselves are escaped.
fn plain(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|each| match each {
            '#' => "#35;".to_owned(),
            ';' => "#59;".to_owned(),
            '%' => "#37;".to_owned(),
            '$' => "#36;".to_owned(),
            '<' => "#lt;".to_owned(),
            '>' => "#gt;".to_owned(),
            '\n' | '\r' => " ".to_owned(),
            each => each.to_string(),
        })
        .collect();
    escaped.replace("style", "st#121;le").replace("classDef", "c#108;assDef")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::played::run;

    #[test]
    fn what_mermaid_would_take_for_its_own_is_escaped() {
        for (text, escaped) in [
            ("a;b", "a#59;b"),
            ("%%{init}%%", "#37;#37;{init}#37;#37;"),
            ("$$x$$", "#36;#36;x#36;#36;"),
            ("style:a;b", "st#121;le:a#59;b"),
            ("classDef x:#", "c#108;assDef x:#35;"),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(plain(text), escaped);
        }
    }

    #[test]
    fn a_long_run_keeps_its_end_and_says_how_much_is_left_out() {
        let run = run(r#"{"rows": {"each": {"k": 0}}, "duration_us": 5000000, "workloads": [
                {"name": "c", "arrivals": {"kind": "poisson", "per_second": 200.0}}]}"#);
        let mermaid = run.view().diagram(0, 5_000_000, 2_000).mermaid();
        assert!((LONGEST - 500..=LONGEST).contains(&mermaid.len()), "{}", mermaid.len());
        assert!(mermaid.contains(" earlier left out\n"));
    }

    #[test]
    fn a_miss_as_a_sequence_diagram() {
        let run = run(
            r#"{"rows": {"each": {"k": 0}}, "actions": [{"at_us": 0, "do": "read", "key": "k"}]}"#,
        );
        let mermaid = run.view().diagram(0, 1_000_000, 100).mermaid();
        let lines: Vec<&str> = mermaid.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "sequenceDiagram",
                "participant client as client",
                "participant app1 as app 1",
                "participant app2 as app 2",
                "participant cache as cache",
                "participant database as database",
                "client->>app1: R1 read(k)",
                "app1->>cache: R1 cache.get(k)",
                "cache-->>app1: R1 the reply",
                "app1->>database: R1 db.read(k)",
                "database-->>app1: R1 the reply",
                "app1->>cache: R1 cache.set(k)",
                "Note over cache: R1: the cache set k = 0 for 60 s",
                "cache-->>app1: R1 the reply",
                "app1-->>client: R1 the reply",
                "Note over client: R1: read k = 0 in 11.5 ms, fresh",
            ]
        );
    }

    #[test]
    fn a_sequence_diagram_says_what_it_leaves_out() {
        let run = run(r#"{"rows": {"each": {"k": 0}},
            "actions": [{"at_us": 0, "do": "read", "key": "k"}]}"#);
        let told = |most: usize| run.view().diagram(0, 1_000_000, most).mermaid();
        assert!(told(3).contains("Note over client,database: 5 earlier left out"), "{}", told(3));
        assert!(!told(100).contains("left out"));
    }

    #[test]
    fn names_of_keys_cannot_break_a_sequence_diagram() {
        assert_eq!(plain("a;b#c<d>\ne"), "a#59;b#35;c#lt;d#gt; e");
    }

    #[test]
    fn a_lost_message_is_crossed() {
        let run = run(r#"{"actions": [{"at_us": 0, "do": "cut", "link": "client-app"},
                {"at_us": 1, "do": "read", "key": "k"}]}"#);
        let diagram = run.view().diagram(0, 1_000_000, 100);
        assert!(diagram.mermaid().contains("client-xapp1: R1 read(k) (lost)"));
        let why = diagram.arrows.iter().map(|arrow| arrow.end).next();
        assert_eq!(why, Some(ArrowEnd::Dropped("lost, the link is cut")));
    }
}
