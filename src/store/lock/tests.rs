use super::*;

const A: Symbol = Symbol(1);
const B: Symbol = Symbol(2);

#[test]
fn waiters_are_served_in_line() {
    let mut locks = Locks::new();
    assert!(locks.acquire(A, 'x'));
    assert!(!locks.acquire(A, 'y'));
    assert!(!locks.acquire(A, 'z'));
    assert!(locks.acquire(B, 'y'));
    assert_eq!(locks.iter().collect::<Vec<_>>(), [(A, 'x', 2), (B, 'y', 0)]);
    assert_eq!(locks.release(A, 'x'), Some('y'));
    assert_eq!(locks.release(A, 'y'), Some('z'));
    assert_eq!(locks.release(A, 'z'), None);
    assert!(locks.acquire(A, 'x'));
}

#[test]
fn only_the_holder_can_release() {
    let mut locks = Locks::new();
    assert!(locks.acquire(A, 'x'));
    assert!(!locks.acquire(A, 'y'));
    assert_eq!(locks.release(A, 'y'), None);
    assert_eq!(locks.release(B, 'y'), None);
    assert_eq!(locks.holder(A), Some('x'));
}

#[test]
fn it_is_not_reentrant() {
    let mut locks = Locks::new();
    assert!(locks.acquire(A, 'x'));
    assert!(!locks.acquire(A, 'x'));
}

#[test]
fn a_holder_that_ends_lets_go_of_everything() {
    let mut locks = Locks::new();
    for (key, holder) in [(A, 'x'), (A, 'y'), (B, 'x'), (B, 'x'), (B, 'z')] {
        locks.acquire(key, holder);
    }
    assert_eq!(locks.drop_holder('x'), ['y', 'z']);
    assert!(locks.drop_holder('y').is_empty());
    assert!(locks.drop_holder('z').is_empty());
    assert!(locks.is_empty());
}

#[test]
fn a_waiter_that_ends_leaves_the_line() {
    let mut locks = Locks::new();
    for holder in ['x', 'y', 'z'] {
        locks.acquire(A, holder);
    }
    assert!(locks.drop_holder('y').is_empty());
    assert_eq!(locks.release(A, 'x'), Some('z'));
    locks.clear();
    assert!(locks.acquire(A, 'y'));
}
