//! What holds for every scenario, made up at random within the ranges.

use std::sync::LazyLock;

use crate::any_document::any_document;
use proptest::prelude::*;
use stalemate::scenario::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_what_was_written_gives_the_same(scenario in any_document()) {
        prop_assert_eq!(Scenario::parse(&scenario.to_json()), Ok(scenario));
    }

    /// Values within their ranges are found to be so: what remains to complain
    /// of is what does not fit together.
    #[test]
    fn ranges_allow_what_they_say(scenario in any_document()) {
        for problem in scenario.validate().err().unwrap_or_default() {
            let range = problem.message.contains("allowed: ") && problem.message.contains("..");
            prop_assert!(!range || problem.path.ends_with("app"), "{problem}");
        }
    }

    #[test]
    fn the_schema_allows_what_is_written(scenario in any_document()) {
        static SCHEMA: LazyLock<jsonschema::Validator> =
            LazyLock::new(|| jsonschema::validator_for(&schema::schema()).unwrap());
        let json = serde_json::from_str(&scenario.to_json()).unwrap();
        let errors: Vec<String> = SCHEMA.iter_errors(&json).map(|it| it.to_string()).collect();
        prop_assert!(errors.is_empty(), "{errors:#?}");
    }

    /// Whatever is read, nothing panics, and an error has words.
    #[test]
    fn any_text_is_read_or_refused(text in r#"[\[\]{}",:0-9a-z. -]{0,60}"#) {
        if let Err(error) = Scenario::parse(&text) {
            prop_assert!(!error.message.is_empty());
        }
    }
}
