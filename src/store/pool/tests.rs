use super::*;

#[test]
fn whoever_waits_longest_is_next() {
    let mut pool = Pool::new(2);
    assert_eq!(pool.enter('a'), Entered::Started { slot: 0 });
    assert_eq!(pool.enter('b'), Entered::Started { slot: 1 });
    assert_eq!(pool.enter('c'), Entered::Queued);
    assert_eq!(pool.enter('d'), Entered::Queued);
    assert_eq!((pool.busy(), pool.waiting()), (2, 2));
    assert_eq!(pool.leave(1), Some('b'));
    assert_eq!(pool.running(1), Some(&'c'));
    let jobs: Vec<_> = pool.iter().collect();
    assert_eq!(jobs, [(Some(0), &'a'), (Some(1), &'c'), (None, &'d')]);
    assert_eq!(pool.leave(0), Some('a'));
    assert_eq!(pool.leave(0), Some('d'));
    assert_eq!(pool.leave(0), None);
    assert_eq!(pool.enter('e'), Entered::Started { slot: 0 });
}

#[test]
fn a_stop_ends_all() {
    let mut pool = Pool::new(1);
    for job in ['a', 'b', 'c', 'd'] {
        pool.enter(job);
    }
    pool.retain_waiting(|&job| job != 'c');
    assert_eq!(pool.clear(), ['a', 'b', 'd']);
    assert_eq!((pool.busy(), pool.waiting()), (0, 0));
    assert_eq!(pool, Pool::new(1));
}
