//! `/v1/completions`: the API of `OpenAI` for texts that follow a prompt. A token is a symbol of the network, which is
//! a character.

mod answer;
mod complete;
mod echo;
mod fields;
mod parameters;
mod stops;

pub(crate) use complete::complete;
#[cfg(test)]
pub(crate) use parameters::NAMES;
