//! The options in the page's address, and the player for them.

use crate::embed::Options;
use crate::page::Panel;
use crate::scenario::FIRST;
use crate::ui::browser::frames;
use crate::ui::browser::host::{self, HostPage};
use crate::ui::browser::visit;
use crate::ui::drive::pace::nearest_speed;
use crate::ui::drive::player::{Command, CommandError, Player};

#[derive(PartialEq)]
pub struct Asked {
    pub options: Options,
    /// What is wrong with the address.
    complaints: Vec<String>,
    /// The page that embeds this one.
    pub host: Option<HostPage>,
}

impl Asked {
    pub fn by_address() -> Asked {
        let (options, complaints) = host::options();
        let host = HostPage::find(&options);
        Asked { options, complaints, host }
    }

    /// Whether what it opens is read from a document.
    pub fn reads(&self) -> bool {
        let is_first = self.options.preset.as_deref().is_none_or(|preset| preset == FIRST);
        !is_first || self.kept().is_some() || host::fragment().is_some()
    }

    /// The player, and what is wrong with the address: a preset that does not exist is replaced by
    /// the first one.
    pub fn player(&self) -> Result<(Player, Vec<String>), CommandError> {
        let mut complaints = self.complaints.clone();
        let wanted = self.options.preset.as_deref().unwrap_or(FIRST);
        let kept = self.kept();
        let asked = match kept.clone().or_else(host::fragment) {
            Some(link) => Player::linked(&link, frames::clock),
            None => Player::new(wanted, frames::clock),
        };
        let mut player = match asked {
            Ok(player) => player,
            Err(why) => {
                complaints.push(why.to_string());
                Player::new(FIRST, frames::clock)?
            }
        };
        if kept.is_some() && complaints.is_empty() {
            player.welcome_back();
        }
        player.keep_within(self.options.memory_bytes());
        if self.options.hide.contains(&Panel::Lesson) || self.options.is_compact() {
            player.hide_lessons();
        }
        for command in self.begins() {
            player.command(command)?;
        }
        Ok((player, complaints))
    }

    /// The link to what was done here before the page was reloaded. An embed keeps nothing.
    fn kept(&self) -> Option<String> {
        visit::kept().filter(|_| !self.options.embed)
    }

    /// The address of a scenario to load; a link takes precedence.
    pub fn source(&self) -> Option<String> {
        let has_link = self.kept().is_some() || host::fragment().is_some();
        self.options.src.clone().filter(|_| !has_link)
    }

    /// Whether the address has no options: such a visitor may not know what this is.
    pub fn is_plain(&self) -> bool {
        self.options == Options::default() && host::fragment().is_none()
    }

    /// The commands with which a run begins.
    pub fn begins(&self) -> Vec<Command> {
        let speed = self.options.speed_us_per_ms;
        let speed = speed.map(|us_per_ms| Command::Speed(nearest_speed(us_per_ms)));
        let play = self.options.autoplay.then_some(Command::Play(true));
        speed.into_iter().chain(play).collect()
    }
}
