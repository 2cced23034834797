//! The built-in presets, lessons and strategies, by name.

use std::sync::OnceLock;

use crate::scenario::{Scenario, preset};
use crate::strategy::builtin;

/// A lesson as the page lists it.
#[derive(PartialEq)]
pub struct LessonName {
    pub preset: &'static str,
    /// The lesson's id, under which a learner's progress is stored.
    pub id: String,
    pub title: String,
    pub minutes: u32,
    pub steps: usize,
    order: u32,
}

/// Every built-in lesson, the easiest first.
pub fn lessons() -> &'static [LessonName] {
    static NAMES: OnceLock<Vec<LessonName>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let of = |preset: preset::Preset| {
            let scenario = preset.scenario();
            let lesson = scenario.lesson?;
            Some(LessonName {
                preset: preset.id,
                id: lesson.id,
                title: lesson_title(&scenario.title),
                minutes: lesson.minutes,
                steps: lesson.steps.len(),
                order: lesson.order,
            })
        };
        let named = preset::all().filter(|preset| preset.id.starts_with("lesson-"));
        let mut names: Vec<LessonName> = named.filter_map(of).collect();
        names.sort_by_key(|name| name.order);
        names
    })
}

/// A lesson's title, without the prefix that marks it as a lesson.
pub fn lesson_title(title: &str) -> String {
    capitalised(title.trim_start_matches("Lesson: "))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A preset's scenario.
pub fn preset(id: &str) -> Option<Scenario> {
    preset::find(id).map(|preset| preset.scenario())
}

/// Id and title of every built-in strategy, in order.
pub fn strategies() -> impl Iterator<Item = (&'static str, &'static str)> {
    builtin::all().iter().map(|builtin| (builtin.id, builtin.title))
}

/// A built-in strategy's title, or the id if there is no such strategy.
pub fn title(id: &str) -> &str {
    strategies().find(|(known, _)| *known == id).map_or(id, |(_, title)| title)
}
