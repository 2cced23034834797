//! The kinds of events, for the count of those that were taken out.

use stalemate::event::Happening;

pub fn kind_of(what: Happening) -> &'static str {
    match what {
        Happening::Present => "there at the start",
        Happening::Began { .. } => "began",
        Happening::Acknowledged { .. } => "acknowledged",
        Happening::NotAcknowledged { .. } => "not acknowledged",
        Happening::Committed { .. } => "committed",
        Happening::CommittedOutside { .. } => "committed outside",
        Happening::NeverCommitted { .. } => "never committed",
        Happening::Saw { .. } => "looked",
        Happening::Cached { .. } => "cached",
        Happening::Added { .. } => "added",
        Happening::Invalidated { .. } => "deleted",
        Happening::Gone { .. } => "gone",
        Happening::CallFailed { .. } => "call failed",
        Happening::CallTimedOut { .. } => "call without an answer",
        Happening::Unheard { .. } => "message lost",
        Happening::Queued { .. } => "queued",
        Happening::Absorbed { .. } => "absorbed",
        Happening::QueueDied { .. } => "queue died",
        Happening::LetGo { .. } => "let go",
        Happening::TakenOff { .. } => "taken off",
        Happening::TaskEnded { .. } => "task ended",
        Happening::Returned { .. } => "returned",
        Happening::Faulted { .. } => "fault",
        Happening::RequestFailed { .. } => "request failed",
        Happening::Restored { .. } => "restored",
        Happening::AskedAgain { .. } => "asked again",
        Happening::Refused { .. } => "refused",
        Happening::SetAside { .. } => "set aside",
        Happening::Ignored { .. } => "dropped by a queue",
        Happening::CameAgain { .. } => "came again",
        Happening::Replayed { .. } => "replayed",
        Happening::AppliedAgain { .. } => "applied again",
        Happening::OverwroteWithout { .. } => "overwrote without",
        Happening::Overwrote { .. } => "overwrote",
        Happening::RolledBack { .. } => "rolled back",
        Happening::Joined { .. } => "joined",
    }
}
