//! Characters that texts may not have, must have, or end with.

use super::rule_problem::RuleProblem;
use crate::args::generate::WritingArguments;
use crate::escapes::unescaped;
use crate::failure::Failure;
use charnn_bundle::Vocabulary;
use charnn_infer::sampler::{Acrostic, Suppress};
use charnn_infer::{Chain, Ending, Prompt};
use std::collections::BTreeSet;

/// What a text may contain, and where it ends.
pub(super) struct Rules {
    /// Symbols that are never written.
    pub(super) banned: Vec<u16>,
    acrostic: Option<Acrostic>,
    pub(super) ending: Ending,
}

impl Rules {
    /// The rules of the command line for texts of at most `length` characters after `prompt`.
    pub(super) fn new(
        arguments: &WritingArguments,
        vocabulary: &Vocabulary,
        prompt: &Prompt,
        length: usize,
    ) -> Result<Self, Failure> {
        let ban = arguments.ban.as_deref().unwrap_or_default();
        let ban = unescaped(ban, Some("--ban"))?;
        let banned: Vec<u16> = (0..=u16::MAX)
            .take(vocabulary.len())
            .filter(|&id| vocabulary.record() != Some(id))
            .filter(|&id| bans(vocabulary, id, &ban))
            .collect();
        let unknown = vocabulary.id(Vocabulary::UNKNOWN).filter(|id| !banned.contains(id));
        if banned.len() + usize::from(unknown.is_some()) >= vocabulary.len() {
            return Err(RuleProblem::NothingLeft.into());
        }
        let acrostic = match &arguments.acrostic {
            Some(word) => Some(acrostic(word, vocabulary, prompt, &banned)?),
            None => None,
        };
        let mut until = Vec::new();
        for string in &arguments.until {
            let string = unescaped(string, Some("--until"))?;
            check("--until", &string, vocabulary)?;
            until.push(string);
        }
        // An acrostic ends with its last line.
        let own = acrostic
            .as_ref()
            .filter(|_| until.is_empty())
            .map(|acrostic| acrostic.initials.len() as u64 + u64::from(!acrostic.begins_line));
        let lines = arguments.lines.or(own);
        Ok(Self { banned, acrostic, ending: Ending { length, until, lines } })
    }

    /// The samplers of these rules.
    pub(super) fn chain(&self) -> Chain {
        let mut chain = Chain::new();
        if !self.banned.is_empty() {
            chain = chain.then(Suppress(self.banned.clone()));
        }
        match &self.acrostic {
            Some(acrostic) => chain.then(acrostic.clone()),
            None => chain,
        }
    }
}

fn acrostic(
    word: &str,
    vocabulary: &Vocabulary,
    prompt: &Prompt,
    banned: &[u16],
) -> Result<Acrostic, Failure> {
    const FLAG: &str = "--acrostic";
    let initials = ids(FLAG, &unescaped(word, Some(FLAG))?, vocabulary)?;
    let line_break = ids(FLAG, "\n", vocabulary)?[0];
    if let Some(&id) = initials.iter().find(|id| banned.contains(id)) {
        let character = vocabulary.symbol(id).to_owned();
        return Err(RuleProblem::Banned { character }.into());
    }
    let begins_line = prompt.text.is_empty() || prompt.text.ends_with('\n');
    Ok(Acrostic { initials, line_break, begins_line })
}

/// Whether the symbol `id` contains one of these characters.
fn bans(vocabulary: &Vocabulary, id: u16, ban: &str) -> bool {
    if vocabulary.is_of_bytes() {
        return ban.chars().any(|character| vocabulary.id(character) == Some(id));
    }
    vocabulary.symbol(id).contains(|character| ban.contains(character))
}

/// Checks that the network can write `text`, which longer symbols than characters may make up.
fn check(flag: &'static str, text: &str, vocabulary: &Vocabulary) -> Result<(), Failure> {
    let is_known = |character: char| {
        vocabulary.has(character)
            || !vocabulary.is_of_characters()
                && vocabulary.symbols().any(|symbol| symbol.contains(character))
    };
    unwritable(flag, text, &is_known)
}

/// The ids of characters that the network has to write.
fn ids(flag: &'static str, text: &str, vocabulary: &Vocabulary) -> Result<Vec<u16>, Failure> {
    unwritable(flag, text, &|it| vocabulary.has(it) && vocabulary.id(it).is_some())?;
    Ok(text.chars().filter_map(|character| vocabulary.id(character)).collect())
}

fn unwritable(
    flag: &'static str,
    text: &str,
    is_known: &dyn Fn(char) -> bool,
) -> Result<(), Failure> {
    let unknown: BTreeSet<char> = text
        .chars()
        .filter(|&character| character == Vocabulary::UNKNOWN || !is_known(character))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(RuleProblem::Unwritable { flag, characters: unknown.into_iter().collect() }.into())
}
