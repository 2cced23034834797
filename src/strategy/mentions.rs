//! What a text calls, without compiling it.

/// Whether a source has a call of a store in its code: `local.`, `cache.`
pub fn calls(source: &str, store: &str) -> bool {
    source.lines().any(|line| {
        let code = line.split('#').next().unwrap_or_default();
        code.match_indices(store).any(|(at, _)| {
            !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::calls;

    #[test]
    fn a_comment_and_a_longer_name_are_no_call() {
        assert!(calls("x = local.get(key)", "local."));
        assert!(!calls("# local.get(key)", "local."));
        assert!(!calls("my_local.get(key)", "local."));
    }
}
