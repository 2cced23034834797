//! The space-time diagram of a busy time: too many arrows to point at one. All arrows of a kind are
//! one path, which a browser draws at once.

use super::diagram::{Plan, flying};
use super::way::{cross, disc};
use crate::time::Micros;
use crate::view::{ArrowEnd, Diagram};

/// The path data of each kind; empty if there is none of that kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    pub requests: String,
    pub replies: String,
    pub heads: String,
    /// Messages that failed or were lost.
    pub crosses: String,
    pub marks: String,
    /// The present positions of messages under way.
    pub tips: String,
}

/// Draws the arrows of a plan and the messages under way at this instant, except for those that a
/// person holds back.
pub fn sketch(plan: &Plan, diagram: &Diagram, now_us: Micros) -> Sketch {
    let mut sketch = Sketch::default();
    for flying in flying(diagram, &plan.span, now_us) {
        let arrow = &diagram.arrows[flying.at];
        if arrow.end == ArrowEnd::Held {
            continue;
        }
        let shafts = if arrow.reply { &mut sketch.replies } else { &mut sketch.requests };
        shafts.push_str(&flying.done.line());
        if flying.done.ends {
            sketch.tips.push_str(&disc(flying.done.to, 4.0));
        }
    }
    for (at, way) in &plan.arrows {
        let arrow = &diagram.arrows[*at];
        let shafts = if arrow.reply { &mut sketch.replies } else { &mut sketch.requests };
        shafts.push_str(&way.line());
        if matches!(arrow.end, ArrowEnd::Dropped(_)) {
            sketch.crosses.push_str(&cross(way.to));
            continue;
        }
        if way.ends {
            sketch.heads.push_str(&way.head());
        }
        if arrow.failed {
            sketch.crosses.push_str(&cross(way.middle()));
        }
    }
    for (_, x, y) in &plan.marks {
        sketch.marks.push_str(&format!("M{:.1} {:.1}h5v5h-5z", x - 2.5, y - 2.5));
    }
    sketch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::diagram::plan;
    use crate::scenario::Scenario;
    use crate::simulate::Simulation;

    #[test]
    fn a_sketch_has_as_many_of_each_as_the_diagram() {
        let scenario = Scenario::parse(
            r#"{"rows": {"each": {"k": 0}}, "actions": [
                {"at_us": 0, "do": "cut", "link": "app-database"},
                {"at_us": 1, "do": "read", "key": "k"}]}"#,
        );
        let mut run = Simulation::new(&scenario.expect("a scenario")).expect("it runs");
        run.advance(3_000_000, u32::MAX);
        run.act(serde_json::from_str(r#"{"do": "read", "key": "k"}"#).expect("an action"))
            .expect("it is done");
        run.advance(3_000_100, u32::MAX);
        let diagram = run.view().diagram(0, 3_000_100, 100);
        let plan = plan(&diagram, 0, 3_000_100, 1_000.0);
        let drawn = sketch(&plan, &diagram, 3_000_100);
        let times = |path: &str, end: char| path.matches(end).count();
        let replies = diagram.arrows.iter().filter(|arrow| arrow.reply).count();
        let lost = |arrow: &&crate::view::Arrow| matches!(arrow.end, ArrowEnd::Dropped(_));
        let lost = diagram.arrows.iter().filter(lost).count();
        let flying = |arrow: &&crate::view::Arrow| arrow.end == ArrowEnd::UnderWay;
        let flying = diagram.arrows.iter().filter(flying).count();
        assert!(lost > 0 && replies > 0 && flying > 0);
        assert_eq!(times(&drawn.tips, 'M'), flying);
        assert_eq!(times(&drawn.requests, 'M'), plan.arrows.len() + flying - replies);
        assert_eq!(times(&drawn.replies, 'M'), replies);
        assert_eq!(times(&drawn.heads, 'z'), plan.arrows.len() - lost);
        assert!(times(&drawn.crosses, 'M') >= 2 * lost);
        assert_eq!(times(&drawn.marks, 'z'), plan.marks.len());
    }
}
