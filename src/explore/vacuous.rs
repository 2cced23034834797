//! Why it means little that a property holds: what it would need to be broken never happened.

use super::model::Seen;
use super::question::{Budgets, Property};
use super::script::Deed;
use super::search::Search;
use super::tally::Happening;
use crate::event::Fault;
use crate::identity::Kind;
use crate::strategy::ops::Op;
use crate::world::Request;

/// Properties of what reads return.
const OF_READS: [Property; 4] = [
    Property::NoStaleRead,
    Property::ReadYourWrites,
    Property::MonotonicReads,
    Property::Linearizable,
];

/// Properties that compare what is cached with the database.
const OF_ROWS: [Property; 3] = [Property::Converges, Property::NoPhantom, Property::NoLostWrite];

/// Properties that one client can see broken alone.
const OF_ONE_CLIENT: [Property; 3] =
    [Property::ReadYourWrites, Property::MonotonicReads, Property::Recovers];

impl Search {
    /// Why it means little that a property holds.
    pub(super) fn vacuous(&self, property: Property) -> Vec<String> {
        let static_reasons = [self.of_events(), self.of_requests(property), self.of_own(property)];
        let reasons = static_reasons.into_iter().flatten().map(str::to_owned);
        reasons.chain(self.of_faults()).chain(self.of_mistakes()).collect()
    }

    /// Events without which nothing can go wrong.
    fn of_events(&self) -> Vec<&'static str> {
        let seen = self.seen();
        let (reads, writes) = (self.requests(|kind| !kind.writes()), self.requests(Kind::writes));
        let has = |happening| seen.tally.has(happening);
        let written = has(Happening::Committed) || has(Happening::Outside);
        chosen([
            (!has(Happening::Set), "nothing was ever cached"),
            (!reads, "nothing is read"),
            (reads && !has(Happening::Hit), "no read ever hit"),
            (reads && !has(Happening::Returned), "no read ever succeeded"),
            (!writes && !has(Happening::Outside), "nothing is written"),
            (writes && !written, "no write ever reached the database"),
            (writes && !has(Happening::Acknowledged), "no write was ever acknowledged"),
            (!has(Happening::AtRest), "it never came to rest"),
        ])
    }

    /// Requests that do not meet one another.
    fn of_requests(&self, property: Property) -> Vec<&'static str> {
        let (script, seen) = (&self.model.script, self.seen());
        let mut clients = script.requests.iter().map(|request| request.client);
        let first = clients.next();
        // short requests of different clients never overlap where one begins when it has its turn
        let is_alone = clients.all(|client| Some(client) == first) && !seen.together;
        let is_calm = is_alone && !self.may_break() && !OF_ONE_CLIENT.contains(&property);
        let is_one = script.requests.len() == 1;
        let (reads, writes) = (self.requests(|kind| !kind.writes()), self.requests(Kind::writes));
        let is_apart = property != Property::Recovers
            && property != Property::Check
            && !OF_READS.contains(&property)
            && !seen.elsewhere
            && !seen.tally.has(Happening::Outside);
        chosen([
            (is_calm && is_one, "there is only one request"),
            (
                is_calm && script.requests.len() > 1,
                "no two requests are ever under way at once: one client makes them all",
            ),
            (
                is_apart && reads && writes && !self.shares_a_key(),
                "no key is both read and written",
            ),
            (
                OF_ROWS.contains(&property) && self.is_all_in_caches(),
                "the cache is the source of truth of every key that is asked for",
            ),
        ])
    }

    /// What only some properties need.
    fn of_own(&self, property: Property) -> Vec<&'static str> {
        let seen = self.seen();
        let check = self.model.script.check.as_ref().filter(|_| property == Property::Check);
        let looks = check.map(|check| check.program().code.iter().any(is_a_look));
        let asks = check.is_some_and(|check| check.wanted() != 0);
        chosen([
            (
                OF_READS.contains(&property)
                    && self.requests(|kind| !kind.writes())
                    && !self.may_matter(property),
                "no read begins after a write that it would have to see",
            ),
            (property == Property::Recovers && !self.may_break(), "nothing ever breaks"),
            (
                property == Property::Recovers && self.may_break() && !seen.recovered,
                "no request begins after every fault has ended",
            ),
            (
                check.is_some() && !seen.computed,
                "the expression was never computed: some request never ends",
            ),
            (looks == Some(false) && !asks, "the expression looks at no store and at no reply"),
            (
                looks == Some(true) && !asks && seen.computed && !seen.found,
                "the expression found nothing at any key at which it looked",
            ),
        ])
    }

    /// Faults that never happened.
    fn of_faults(&self) -> Vec<String> {
        let (script, seen) = (&self.model.script, self.seen());
        let deeds = script.deeds.iter().enumerate();
        let undone = deeds.filter(|(at, _)| seen.deeds & 1 << at == 0);
        let undone = undone.map(|(_, (action, deed))| {
            format!("{} of the scenario never happened (action {action})", words(*deed))
        });
        let paid: Vec<u8> = seen.paid.named().map(|(_, paid)| paid).collect();
        let allowed = self.model.question.budgets.named().zip(paid);
        let unpaid = allowed.filter(|((_, most), paid)| *most > 0 && *paid == 0);
        let unpaid = unpaid.map(|((name, _), _)| format!("of the {name} allowed, none happened"));
        undone.chain(unpaid).collect()
    }

    /// Mistakes of a program.
    fn of_mistakes(&self) -> Option<String> {
        let (strategy, line, what) = self.seen().broken.as_ref()?;
        let many = self.model.script.setup.strategies.len() > 1;
        let of = if many { format!(" of strategy {}", strategy + 1) } else { String::new() };
        Some(format!("a mistake in line {line}{of} ended a task: {what}"))
    }

    /// Whether there is a request of such a kind.
    fn requests(&self, is_one: impl Fn(Kind) -> bool) -> bool {
        self.model.script.requests.iter().any(|request| is_one(request.kind))
    }

    /// Whether some key is both read and written by requests.
    fn shares_a_key(&self) -> bool {
        let requests = &self.model.script.requests;
        let mut reads = requests.iter().filter(|each| each.kind == Kind::Read);
        reads.any(|read| requests.iter().any(|each| each.kind.writes() && each.key == read.key))
    }

    /// Whether no request is for a key whose source of truth is the database.
    fn is_all_in_caches(&self) -> bool {
        let script = &self.model.script;
        let mut requests = script.requests.iter();
        requests.all(|request| script.declared_of(request.key, &script.setup.names).in_cache)
    }

    /// Whether some read may begin after the event that the property requires it to see.
    fn may_matter(&self, property: Property) -> bool {
        let script = &self.model.script;
        let requests = script.requests.iter().enumerate();
        let mut reads = requests.clone().filter(|(_, each)| each.kind == Kind::Read);
        reads.any(|(at, read)| {
            let outside = self.seen().tally.has(Happening::Outside);
            let own = |other: &Request| other.client == read.client;
            let mut others = requests.clone().filter(|(_, each)| each.key == read.key);
            match property {
                Property::ReadYourWrites => {
                    others.any(|(other, each)| other < at && own(each) && each.kind.writes())
                }
                Property::MonotonicReads => {
                    others.any(|(other, each)| other < at && own(each) && each.kind == Kind::Read)
                }
                _ => {
                    let writes = |each: &Request| each.kind.writes();
                    outside
                        || others.any(|(other, each)| writes(each) && (other < at || !own(each)))
                }
            }
        })
    }

    /// Whether anything happened from which a system has to recover.
    fn may_break(&self) -> bool {
        let Seen { deeds, paid, .. } = *self.seen();
        deeds != 0 || paid != Budgets::default()
    }
}

/// The reasons that apply.
fn chosen<const N: usize>(reasons: [(bool, &'static str); N]) -> Vec<&'static str> {
    reasons.into_iter().filter_map(|(is_so, why)| is_so.then_some(why)).collect()
}

fn is_a_look(op: &Op) -> bool {
    matches!(op, Op::Store { .. })
}

/// What a scenario does besides requests.
fn words(deed: Deed) -> &'static str {
    match deed {
        Deed::Fail(_) => "the failing call",
        Deed::Lose(_) => "the lost message",
        Deed::Duplicate(_) => "the doubled message",
        Deed::Fault(Fault::Evict(..)) => "the eviction",
        Deed::Fault(Fault::Expire(..)) => "the expiry",
        Deed::Fault(Fault::Kill(_)) => "the crash",
        Deed::Fault(Fault::Restart(_)) => "the restart",
        Deed::Fault(_) => "a fault",
    }
}
