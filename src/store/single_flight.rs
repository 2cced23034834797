//! Single flight: runs of a function that several callers in one process wait for.
//!
//! After Go's `singleflight.Group`: a caller that asks for a key while a run for it is under way
//! waits for that run's result or error, and a key can be forgotten, so that the next caller begins
//! a run of its own.

use std::collections::BTreeMap;
use std::hash::Hash;

use crate::strategy::value::Symbol;

/// The runs of one process; `H` identifies tasks that run or wait.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SingleFlights<H> {
    /// The run that a caller joins, by strategy and key.
    open: BTreeMap<(u16, Symbol), H>,
    /// The callers that wait for each run, in the order of their arrival.
    waiting: BTreeMap<H, Vec<H>>,
}

impl<H: Copy + Ord> SingleFlights<H> {
    /// Waits for the run of a key, if there is one to join. Returns that run.
    pub fn join(&mut self, strategy: u16, key: Symbol, caller: H) -> Option<H> {
        let run = *self.open.get(&(strategy, key))?;
        self.waiting.entry(run).or_default().push(caller);
        Some(run)
    }

    /// Begins a run that `caller` waits for.
    pub fn begin(&mut self, strategy: u16, key: Symbol, run: H, caller: H) {
        self.open.insert((strategy, key), run);
        self.waiting.insert(run, vec![caller]);
    }

    /// No caller can join the run of a key from now on. Those who wait for it still do.
    pub fn forget(&mut self, strategy: u16, key: Symbol) {
        self.open.remove(&(strategy, key));
    }

    /// Ends a run. Returns the callers that waited for it.
    pub fn land(&mut self, run: H) -> Vec<H> {
        self.open.retain(|_, each| *each != run);
        self.waiting.remove(&run).unwrap_or_default()
    }

    /// The process crashed.
    pub fn clear(&mut self) {
        self.open.clear();
        self.waiting.clear();
    }
}

impl<H> Default for SingleFlights<H> {
    fn default() -> SingleFlights<H> {
        SingleFlights { open: BTreeMap::new(), waiting: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::SingleFlights;
    use crate::strategy::value::Symbol;

    const KEY: Symbol = Symbol(1);

    #[test]
    fn callers_of_one_key_share_a_run_until_it_lands() {
        let mut flights = SingleFlights::default();
        assert_eq!(flights.join(0, KEY, 'a'), None);
        flights.begin(0, KEY, 'R', 'a');
        assert_eq!(flights.join(0, KEY, 'b'), Some('R'));
        assert_eq!(flights.join(1, KEY, 'c'), None, "another strategy's");
        assert_eq!(flights.join(0, Symbol(2), 'c'), None, "another key's");
        assert_eq!(flights.land('R'), ['a', 'b']);
        assert_eq!(flights.join(0, KEY, 'd'), None);
        assert_eq!(flights, SingleFlights::default());
    }

    #[test]
    fn a_forgotten_run_still_lands_for_those_who_wait() {
        let mut flights = SingleFlights::default();
        flights.begin(0, KEY, 'R', 'a');
        flights.forget(0, KEY);
        assert_eq!(flights.join(0, KEY, 'b'), None);
        flights.begin(0, KEY, 'S', 'b');
        assert_eq!(flights.land('R'), ['a']);
        assert_eq!(flights.join(0, KEY, 'c'), Some('S'), "the end of the old run is not its end");
        assert_eq!(flights.land('S'), ['b', 'c']);
    }
}
