//! Why a network predicts a symbol: the units, weights and earlier symbols behind a difference of two logits.
//!
//! Bottom up: `explanation` (the result), `weights` (a network in plain numbers), `forward` (the equations, with
//! everything that they compute), `backward` (their derivative), `units` (what each unit adds), `removal` (texts
//! that lack a symbol), `question` (what is asked, and the whole answer).

mod backward;
mod explanation;
mod forward;
mod question;
mod removal;
#[cfg(test)]
mod tests;
mod units;
mod weights;

pub use explanation::{
    Explanation, GateDetail, Origin, Source, SymbolEffect, UnitDetail, UnitEffect,
};
pub use question::{Passage, Question, explain};
