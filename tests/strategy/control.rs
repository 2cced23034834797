//! Statements: which of them run, and what leaves them.

use crate::fake::{CACHE_DOWN, DATABASE_DOWN, DATABASE_SLOW, check, read_notes};

#[test]
fn branches() {
    let grade = |n: i64| {
        format!("x = {n}\nif x > 10:\n    return 1\nelif x > 5:\n    return 2\nelse:\n    return 3")
    };
    check(&grade(11), "return 1");
    check(&grade(6), "return 2");
    check(&grade(1), "return 3");
    check("if cache.get(key) is None: return 1\nreturn 2", "cache.get a; return 1");
    check("if not (1 and 0) or 5 is None: return 1\nreturn 2", "return 1");
    check("if 1 and None is None and 2 in (2, 3): return 1\nreturn 2", "return 1");
}

#[test]
fn loops() {
    check("x = 0\nfor i in range(5):\n    x += i\nreturn x", "return 10");
    check("x = 0\nfor i in range(2, 5): x += i\nreturn x", "return 9");
    check("x = 0\nfor i in range(10, 0, -3): x = x * 100 + i\nreturn x", "return 10070401");
    check("for i in range(0): log(i)\nreturn 1", "return 1");
    check(
        "for i in range(9223372036854775800, 9223372036854775807, 5): log(1)",
        "log: 1; log: 1; return None",
    );
    check("for i in range(3):\n    if i == 1: continue\n    log(i)", "log: 0; log: 2; return None");
    check("for x in (1, 2, 3):\n    if x == 2: break\n    log(x)\nreturn x", "log: 1; return 2");
    check("x = 3\nwhile x:\n    x -= 1\n    if x == 1: break\nreturn x", "return 1");
    check(
        "for i in range(2):\n    for j in range(2):\n        if j: break\n        log(i * 10 + j)",
        "log: 0; log: 10; return None",
    );
    check("while True:\n    return 4", "return 4");
}

#[test]
fn assignments() {
    check("a, b = 1, 2\na, b = b, a\nreturn a * 10 + b", "return 21");
    check("a, a = 1, 2\nreturn a", "return 2");
    check("a, b = (5, 6)\nreturn a * b", "return 30");
    check("x = 7\nx += 1\nx -= 2\nx *= 5\nx /= 4\nx //= 2\nx %= 2\nreturn x", "return 1.0");
    check("(a) = 1\n[b, c] = [2, 3]\nreturn a + b + c", "return 6");
    check("return (1, 2, 3)[-1]", "return 3");
}

#[test]
fn a_name_assigned_in_a_function_is_its_own() {
    let source = "X = 5\ndef read(key):\n    y = other()\n    return X * 10 + y\ndef other():\n    X = 2\n    return X\ndef write(key, value):\n    pass\n";
    check(source, "return 52");
}

#[test]
fn errors_are_caught_by_class() {
    let body = "try:\n    return db.read(key)\nexcept CacheError:\n    return 1\nexcept (Timeout, DatabaseError):\n    return 2";
    let with = |error| read_notes(body, |fake| fake.fail.push(("db.read", error)));
    assert_eq!(with(DATABASE_DOWN), "db.read a; return 2");
    assert_eq!(with(CACHE_DOWN), "db.read a; return 1");
    let timeout = "try:\n    return db.read(key)\nexcept Timeout:\n    return 2";
    let with = |error| read_notes(timeout, |fake| fake.fail.push(("db.read", error)));
    assert_eq!(with(DATABASE_SLOW), "db.read a; return 2");
    assert_eq!(with(DATABASE_DOWN), "db.read a; raise Database Refused, line 4");
}

#[test]
fn else_and_finally_run_as_in_python() {
    let body = "try:\n    db.read(key)\nexcept StoreError:\n    log(1)\nelse:\n    log(2)\nfinally:\n    log(3)\nlog(4)";
    check(body, "db.read a; log: 2; log: 3; log: 4; return None");
    assert_eq!(
        read_notes(body, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "db.read a; log: 1; log: 3; log: 4; return None"
    );
    let uncaught = "try:\n    db.read(key)\nexcept CacheError:\n    log(1)\nfinally:\n    log(3)";
    assert_eq!(
        read_notes(uncaught, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "db.read a; log: 3; raise Database Refused, line 4"
    );
    check("try:\n    return 1\nfinally:\n    log(3)", "log: 3; return 1");
    check(
        "for i in range(2):\n    try:\n        if i: break\n        continue\n    finally:\n        log(i)\nreturn 5",
        "log: 0; log: 1; return 5",
    );
    // what fails in `else` is not caught by the handlers beside it
    let in_else = "try:\n    pass\nexcept StoreError:\n    log(1)\nelse:\n    db.read(key)";
    assert_eq!(
        read_notes(in_else, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "db.read a; raise Database Refused, line 8"
    );
    // what fails in `finally` does not run it again
    let in_finally = "try:\n    return 1\nfinally:\n    db.read(key)";
    assert_eq!(
        read_notes(in_finally, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "db.read a; raise Database Refused, line 6"
    );
}

#[test]
fn a_returned_value_survives_what_finally_catches() {
    let down = |body: &str| read_notes(body, |fake| fake.fail.push(("db.incr", DATABASE_DOWN)));
    let caught =
        "finally:\n    try:\n        db.incr(\"t\")\n    except DatabaseError:\n        pass";
    assert_eq!(down(&format!("try:\n    return 1\n{caught}")), "db.incr t 1; return 1");
    assert_eq!(
        down(&format!("try:\n    return db.read(key)\n{caught}")),
        "db.read a; db.incr t 1; return 7"
    );
    // two on the way out, each of which catches something
    let nested = caught.replace('\n', "\n    ");
    let body = format!("try:\n    try:\n        return 1\n    {nested}\n{caught}");
    assert_eq!(
        read_notes(&body, |fake| {
            fake.fail = vec![("db.incr", DATABASE_DOWN), ("db.incr", DATABASE_DOWN)];
        }),
        "db.incr t 1; db.incr t 1; return 1"
    );
    // out of a loop and a lock, in an `except`, and as the result of a function
    let body = format!(
        "for i in range(3):\n    with lock(key):\n        try:\n            return i + 5\n        {}",
        caught.replace('\n', "\n        ")
    );
    assert_eq!(down(&body), "lock a; db.incr t 1; unlock a; return 5");
    let body = format!("try:\n    db.incr(key)\nexcept StoreError:\n    return 4\n{caught}");
    assert_eq!(down(&body), "db.incr a 1; db.incr t 1; return 4");
    let source = format!(
        "def read(key):\n    return 10 * load(key)\ndef load(key):\n    try:\n        return 4\n    {}\ndef write(key, value):\n    pass\n",
        caught.replace('\n', "\n    ")
    );
    assert_eq!(down(&source), "db.incr t 1; return 40");
}

#[test]
fn a_mistake_in_another_process_is_not_caught() {
    let source = |body: &str| {
        format!(
            "def read(key):\n    try:\n        return load(key)\n    {body}\n        return 9\n@at(cache)\ndef load(key):\n    return 1 + key\ndef write(key, value):\n    pass\n"
        )
    };
    for handler in ["except StoreError:", "except (CacheError, Timeout):", "finally:"] {
        check(
            &source(handler).replace("return 9", "log(9)"),
            "ask load; raise Process Uncaught, line 3",
        );
    }
}

#[test]
fn raise_passes_the_error_on() {
    let body = "try:\n    try:\n        db.read(key)\n    except StoreError:\n        log(1)\n        raise\nexcept DatabaseError:\n    log(2)\n    raise";
    assert_eq!(
        read_notes(body, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "db.read a; log: 1; log: 2; raise Database Refused, line 5"
    );
}

#[test]
fn a_program_raises_errors_of_its_own() {
    let source = |body: &str| {
        let body = body.replace('\n', "\n    ");
        format!(
            "class Busy(Exception): pass\nclass Late(Busy):\n    \"too late\"\nclass Down(CacheError):\n    ...\ndef read(key):\n    {body}\ndef write(key, value):\n    pass\n"
        )
        .replace("    ...", "    pass")
    };
    for (body, wanted) in [
        ("raise Busy", "raise Strategy Raised, line 7"),
        ("raise Down(\"x\")", "raise Cache Raised, line 7"),
        ("raise DeadlockError(key) from None", "raise Database Raised, line 7"),
        (
            "try:\n    raise Late(key)\nexcept StoreError:\n    log(1)",
            "raise Strategy Raised, line 8",
        ),
        ("try:\n    raise Late(key)\nexcept Busy as e:\n    return e", "return a"),
        (
            "try:\n    raise Busy(5)\nexcept Late:\n    log(1)\nexcept Exception as e:\n    return e",
            "return 5",
        ),
        (
            "try:\n    raise Down\nexcept (Timeout, CacheError) as e:\n    return e + \"!\"",
            "return !",
        ),
        ("try:\n    raise Down\nexcept:\n    return 1", "return 1"),
        ("with lock(key):\n    raise Busy", "lock a; unlock a; raise Strategy Raised, line 8"),
        (
            "try:\n    db.read(key)\nexcept DatabaseError as e:\n    raise Busy(\"no: \" + e) from e",
            "db.read a; raise Strategy Raised, line 10",
        ),
    ] {
        let notes = read_notes(&source(body), |fake| fake.fail.push(("db.read", DATABASE_DOWN)));
        assert_eq!(notes, wanted, "{body}");
    }
}

#[test]
fn errors_leave_functions() {
    let source = "def read(key):\n    try:\n        return 1 + load(key)\n    except StoreError:\n        return 9\ndef load(key):\n    return db.read(key)\ndef write(key, value):\n    pass\n";
    assert_eq!(read_notes(source, |_| {}), "db.read a; return 8");
    assert_eq!(
        read_notes(source, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "db.read a; return 9"
    );
}

#[test]
fn a_lock_is_left_on_every_way_out() {
    check("with lock(key):\n    log(1)\nlog(2)", "lock a; log: 1; unlock a; log: 2; return None");
    check("with lock(key):\n    return db.read(key)", "lock a; db.read a; unlock a; return 7");
    check(
        "for i in range(3):\n    with lock(key + str(i)):\n        if i == 0: continue\n        break",
        "lock a0; unlock a0; lock a1; unlock a1; return None",
    );
    let nested = "with lock(\"x\"):\n    with lock(\"y\"):\n        return db.read(key)";
    check(nested, "lock x; lock y; db.read a; unlock y; unlock x; return 7");
    assert_eq!(
        read_notes(nested, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "lock x; lock y; db.read a; unlock y; unlock x; raise Database Refused, line 5"
    );
    let caught =
        "try:\n    with lock(key):\n        db.read(key)\nexcept StoreError:\n    return 3";
    assert_eq!(
        read_notes(caught, |fake| fake.fail.push(("db.read", DATABASE_DOWN))),
        "lock a; db.read a; unlock a; return 3"
    );
    // a key that changes meanwhile does not change the lock
    check("with lock(key):\n    key = \"b\"", "lock a; unlock a; return None");
    // a lock that was not entered is not left
    assert_eq!(
        read_notes("with lock(key):\n    pass", |fake| fake.fail.push(("lock", CACHE_DOWN))),
        "lock a; raise Cache Refused, line 3"
    );
}

#[test]
fn what_fails_behind_an_inner_block_is_not_its_own() {
    // the unlock on the way out of both is guarded by the outer try alone
    let body = "try:\n    with lock(key):\n        try:\n            return 1\n        except StoreError:\n            log(1)\nexcept StoreError:\n    log(2)";
    assert_eq!(
        read_notes(body, |fake| fake.fail.push(("unlock", CACHE_DOWN))),
        "lock a; unlock a; log: 2; return None"
    );
}

#[test]
fn a_task_that_never_ends_is_stopped() {
    assert_eq!(
        read_notes("while True: pass", |_| {}),
        "fail line 3: the task has used up its steps: a loop may never end, or too much work is done at once"
    );
    let source = "def read(key):\n    return read(key)\ndef write(key, value):\n    pass\n";
    assert_eq!(
        read_notes(source, |_| {}),
        "fail line 2: functions call one another more than 64 deep: does `read` call itself for ever?"
    );
}
