//! Linearizability, as a part of the state: the orders of operations that explain everything that
//! clients were told so far.
//!
//! An order gives each operation one instant between its beginning and its end. An operation takes
//! its place as late as possible: when it ends, or before another one that ends (Wing and Gong,
//! "Testing and verifying concurrent objects", 1993; Lowe, "Testing for linearizability", 2017). So
//! it is enough to keep what a key may hold now, and which operations under way already have their
//! places. An operation whose client does not know whether it was applied stays under way for ever.

use std::collections::BTreeSet;

use super::Operation;
use crate::identity::Kind;
use crate::strategy::value::{Scalar, Symbol};

/// The keys requested, in the order of their symbols.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Registers(Vec<Register>);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Register {
    key: Symbol,
    /// Operations under way, a bit for each.
    open: u64,
    /// In ascending order, each once.
    orders: Vec<Order>,
}

/// The result of one order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Order {
    held: Held,
    /// Operations under way that already have their place in the order.
    placed: u64,
    /// What the reads among them saw.
    saw: Vec<(u8, Held)>,
}

/// What a key holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Held {
    /// The position of the operation that made the value, plus one; 0: it was there at the start.
    by: u8,
    /// The sum, if increments were added.
    sum: Option<i64>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// A write was acknowledged.
    Done,
    /// A read returned this.
    Returned(Told),
    /// It changed nothing, and returned nothing.
    Never,
}

/// What a client was told.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub value: Scalar,
    /// The position of the operation of whose value it was made, plus one; 0: of what was there at
    /// the start. `None`: not known.
    pub by: Option<u8>,
}

/// What is known of the operations, and what each key held at the start.
pub struct Facts<'a> {
    pub operations: &'a [Operation],
    pub initial: Option<Scalar>,
}

impl Registers {
    /// An operation begins.
    pub fn begin(&mut self, key: Symbol, at: usize) {
        self.of(key).open |= 1 << at;
    }

    /// An operation ends. Returns false if no order explains everything that was told; this is
    /// reported once.
    pub fn end(&mut self, key: Symbol, at: usize, how: End, facts: &Facts) -> bool {
        let register = self.of(key);
        let was_explained = !register.orders.is_empty();
        register.end(at, how, facts);
        !was_explained || !register.orders.is_empty()
    }

    fn of(&mut self, key: Symbol) -> &mut Register {
        let found = self.0.binary_search_by_key(&key, |register| register.key);
        let at = found.unwrap_or_else(|at| {
            let start = Order { held: Held { by: 0, sum: None }, placed: 0, saw: Vec::new() };
            self.0.insert(at, Register { key, open: 0, orders: vec![start] });
            at
        });
        &mut self.0[at]
    }
}

impl Register {
    fn end(&mut self, at: usize, how: End, facts: &Facts) {
        let own = 1u64 << at;
        let mut ended = BTreeSet::new();
        let mut known = BTreeSet::new();
        let mut open: Vec<Order> = std::mem::take(&mut self.orders);
        while let Some(order) = open.pop() {
            let is_placed = order.placed & own != 0;
            let fits = match how {
                End::Done => is_placed,
                End::Returned(told) => order.saw(at).is_some_and(|held| facts.is(held, told)),
                // a read that told nothing may have had any place
                End::Never => !is_placed || !facts.operations[at].kind.writes(),
            };
            if fits {
                ended.insert(order.without(at));
            } else if !is_placed {
                let mut rest = self.open & !order.placed;
                while rest != 0 {
                    let next = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    let after = facts.place(&order, next);
                    if let Some(after) = after.filter(|after| known.insert(after.clone())) {
                        open.push(after);
                    }
                }
            }
        }
        self.open &= !own;
        self.orders = ended.into_iter().collect();
    }
}

impl Order {
    fn saw(&self, at: usize) -> Option<Held> {
        self.saw.iter().find(|(read, _)| usize::from(*read) == at).map(|(_, held)| *held)
    }

    fn without(mut self, at: usize) -> Order {
        self.placed &= !(1 << at);
        self.saw.retain(|(read, _)| usize::from(*read) != at);
        self
    }
}

impl Facts<'_> {
    /// Puts an operation in its place in an order; `None`: it cannot be there.
    fn place(&self, order: &Order, at: usize) -> Option<Order> {
        let operation = &self.operations[at];
        let mut after = order.clone();
        after.placed |= 1 << at;
        let by = at as u8 + 1;
        match operation.kind {
            Kind::Read => {
                let place = after.saw.partition_point(|(read, _)| usize::from(*read) < at);
                after.saw.insert(place, (at as u8, order.held));
            }
            Kind::Write | Kind::Delete => after.held = Held { by, sum: None },
            Kind::Increment => {
                let before = match self.value(order.held) {
                    Scalar::None => 0,
                    Scalar::Int(before) => before,
                    _ => return None,
                };
                after.held = Held { by, sum: Some(before.checked_add(operation.amount)?) };
            }
        }
        Some(after)
    }

    fn value(&self, held: Held) -> Scalar {
        match held {
            Held { sum: Some(sum), .. } => Scalar::Int(sum),
            Held { by: 0, .. } => self.initial.unwrap_or(Scalar::None),
            Held { by, .. } => self.operations[usize::from(by) - 1].value,
        }
    }

    /// Whether a returned value is this one: the same, or derived from it, for example as a text.
    fn is(&self, held: Held, told: Told) -> bool {
        let is_sum = held.sum.is_some() && matches!(told.value, Scalar::Int(_));
        self.value(held) == told.value || told.by == Some(held.by) && !is_sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Symbol = Symbol(0);

    fn writes(values: &[i64]) -> Vec<Operation> {
        let write = |value: &i64| Operation {
            kind: Kind::Write,
            value: Scalar::Int(*value),
            ..Operation::PLANNED
        };
        let mut all: Vec<Operation> = values.iter().map(write).collect();
        all.resize(8, Operation { kind: Kind::Read, ..Operation::PLANNED });
        all
    }

    fn returned(value: i64) -> End {
        End::Returned(Told { value: Scalar::Int(value), by: None })
    }

    /// Operations 0 and 1 write 1 and 2; all others read. `+` begins one, `-` ends it.
    fn play(history: &[(char, usize, i64)]) -> bool {
        let operations = writes(&[1, 2]);
        let facts = Facts { operations: &operations, initial: Some(Scalar::Int(0)) };
        let mut registers = Registers::default();
        history.iter().all(|&(what, at, value)| match what {
            '+' => {
                registers.begin(KEY, at);
                true
            }
            _ if at < 2 => registers.end(KEY, at, End::Done, &facts),
            _ => registers.end(KEY, at, returned(value), &facts),
        })
    }

    #[test]
    fn a_write_under_way_may_be_seen_or_not_but_not_unseen() {
        let under_way = |first, then| {
            play(&[('+', 0, 0), ('+', 2, 0), ('-', 2, first), ('+', 3, 0), ('-', 3, then)])
        };
        assert!(under_way(0, 0) && under_way(0, 1) && under_way(1, 1));
        assert!(!under_way(1, 0));
    }

    #[test]
    fn what_is_over_is_seen() {
        let after = |value| play(&[('+', 0, 0), ('-', 0, 0), ('+', 2, 0), ('-', 2, value)]);
        assert!(after(1) && !after(0) && !after(2));
    }

    #[test]
    fn two_readers_see_two_writers_in_one_order() {
        let begin = [('+', 0, 0), ('+', 1, 0), ('+', 2, 0), ('+', 3, 0)];
        let seen = |values: [i64; 4]| {
            let mut history = begin.to_vec();
            history.extend([('-', 2, values[0]), ('-', 3, values[1]), ('+', 4, 0), ('+', 5, 0)]);
            history.extend([('-', 4, values[2]), ('-', 5, values[3])]);
            play(&history)
        };
        assert!(seen([1, 1, 2, 2]) && seen([1, 2, 2, 2]) && seen([1, 2, 1, 1]));
        assert!(!play(&[
            ('+', 0, 0),
            ('+', 1, 0),
            ('+', 2, 0),
            ('-', 2, 1),
            ('+', 3, 0),
            ('-', 3, 2),
            ('+', 4, 0),
            ('-', 4, 1),
        ]));
    }

    #[test]
    fn sums_are_registers_too() {
        let mut operations = writes(&[]);
        for (at, amount) in [(0, 1), (1, 2)] {
            operations[at] = Operation { kind: Kind::Increment, amount, ..Operation::PLANNED };
        }
        let facts = Facts { operations: &operations, initial: None };
        let mut registers = Registers::default();
        for at in 0..3 {
            registers.begin(KEY, at);
        }
        assert!(registers.end(KEY, 0, End::Done, &facts));
        let mut other = registers.clone();
        assert!(registers.end(KEY, 2, returned(3), &facts));
        assert!(!other.end(KEY, 2, returned(4), &facts));
    }
}
