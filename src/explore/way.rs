//! The way to a violation, replayed and described.

use super::answer::Step;
use super::choices::Choice;
use super::model::{Model, Taken};
use super::question::{Properties, Property};
use super::recorder::{Micro, Set};
use super::search::Search;
use super::state::State;
use super::waiting::Ending;
use crate::event::{Event, Record, RequestEnd, Saying};
use crate::history::{line, saying};
use crate::identity::{Kind, OpId};
use crate::strategy::value::Names;
use crate::world::{Body, Message};

/// A way to a violation.
#[derive(Clone, Debug)]
pub struct Way {
    /// `None`: it breaks no property.
    pub property: Option<Property>,
    /// What the setup set in motion before the first choice.
    pub start: Set,
    pub moves: Vec<Move>,
    /// The texts of the run.
    pub names: Names,
}

/// One choice, and all steps that were taken at once after it.
#[derive(Clone, Debug)]
pub struct Move {
    pub choice: Choice,
    pub effects: u16,
    pub micros: Vec<Micro>,
}

impl Search {
    /// The shortest way to a violation of a property; it was replayed, and broke the property
    /// again.
    pub fn way_to(&self, property: Property) -> Option<Way> {
        let is_it = |each: &&super::shrink::Simple| each.way.property == Some(property);
        if let Some(simple) = self.simple.iter().find(is_it) {
            return Some(simple.way.clone());
        }
        let found = self.found[property as usize]?;
        let mut choices = vec![found.choice];
        let mut at = found.parent;
        while at != 0 {
            let node = self.visited.node(at);
            choices.push(node.choice);
            at = node.parent;
        }
        choices.reverse();
        let mut choices = choices.into_iter();
        self.walk(property, |model, state| {
            let Some(at) = choices.next() else { return Some(None) };
            model.choices(state, false).get(usize::from(at)).copied().map(Some)
        })
    }

    /// The way of these choices, if they are possible and it breaks the property.
    pub(super) fn by_choices(&self, property: Property, choices: &[Choice]) -> Option<Way> {
        let mut choices = choices.iter();
        self.walk(property, |model, state| {
            let Some(next) = choices.next() else { return Some(None) };
            let is_it = |choice: &Choice| choice == next;
            model.choices(state, false).into_iter().find(is_it).map(Some)
        })
    }

    /// A way of the choices that `next` makes. `None`: it cannot continue; `Some(None)`: it is at
    /// its end.
    fn walk(
        &self,
        property: Property,
        mut next: impl FnMut(&Model, &State) -> Option<Option<Choice>>,
    ) -> Option<Way> {
        let (mut start, mut moves) = (Set::default(), Vec::new());
        let mut state = self.model.begin(&mut start);
        let mut broken = Properties::NONE;
        while let Some(choice) = next(&self.model, &state)? {
            let mut path = Some(Vec::new());
            let Taken { state: after, effects, broken: by, .. } =
                self.model.walk(&state, choice, &mut path)?;
            moves.push(Move { choice, effects, micros: path.unwrap_or_default() });
            (state, broken) = (after, by);
        }
        let asked = Properties::from_iter([property]);
        broken = broken.or(self.model.broken_for_good(&state, asked)?);
        if property == Property::Recovers
            && self.model.waits_for_ever(&state, &mut Ending::default())?
        {
            broken.add(Property::Recovers);
        }
        let names = state.world.names().clone();
        broken.has(property).then_some(Way { property: Some(property), start, moves, names })
    }
}

impl Way {
    /// The number of effects of the way.
    pub fn effects(&self) -> u16 {
        self.moves.iter().map(|each| each.effects).sum()
    }

    /// The way in words, each step with what it changed.
    pub fn steps(&self) -> Vec<Step> {
        let mut effects = 0;
        let mut steps = Vec::new();
        for each in &self.moves {
            effects += each.effects;
            let events = each.micros.iter().flat_map(|micro| &micro.notes.events);
            let mut what: Vec<String> =
                events.filter_map(|event| tell(event, &self.names)).collect();
            if what.is_empty() && each.effects > 0 {
                what.extend(each.micros.iter().find_map(|micro| called(micro, &self.names)));
            }
            if !what.is_empty() {
                steps.push(Step { effects, what });
            }
        }
        steps
    }
}

/// The call that a transition delivers, of which no event says anything.
fn called(micro: &Micro, names: &Names) -> Option<String> {
    let Message { op, body: Body::Call { call, .. }, .. } = micro.message.as_ref()? else {
        return None;
    };
    let who = if *op == OpId::NOBODY { "background".to_owned() } else { op.label() };
    Some(format!("{who}: {}", saying(Saying::of(call), names)))
}

/// An event in words, if it says something.
pub(super) fn tell(event: &Event, names: &Names) -> Option<String> {
    match *event {
        Event::Ended { op, outcome: RequestEnd::Returned(value), kind, key, .. } => {
            let (op, key) = (op.label(), names.text(key));
            Some(match kind {
                Kind::Read => format!("{op}: read {key} = {}", value.scalar.display(names)),
                _ => format!("{op}: acknowledged"),
            })
        }
        Event::LoadEnded { op, key, seen: Some(_) } => {
            Some(format!("{}: loaded {} from the database", op.label(), names.text(key)))
        }
        event => line(&Record { at_us: 0, event }, names).map(|(_, text)| text),
    }
}
