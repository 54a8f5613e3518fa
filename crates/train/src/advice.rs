//! What makes little sense though it is possible: said before training, which goes on.

use crate::duplicates::duplicates;
use crate::{RunConfig, TrainConfig, idle};
use charnn_data::Corpus;

/// More different characters make a large network of mostly rare ones.
const MANY_CHARACTERS: usize = 20_000;
/// Fewer characters are learned by heart.
const FEW: usize = 100_000;
/// A `model.hidden_size` for few characters.
const SMALL: usize = 64;

/// What a user may want to know.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Advice {
    /// A key has a value that nothing reads.
    #[error("{key} = {value} changes nothing here: it needs {needs}")]
    Idle {
        /// Its full name.
        key: &'static str,
        /// As it would be written.
        value: String,
        /// What others must be, as conditions with `|` between them.
        needs: &'static str,
    },
    /// The learning rate never stops rising.
    #[error(
        "the learning rate rises for {warmup} steps and the run has {steps}, so it never gets to \
         train.learning_rate: lower train.warmup_steps"
    )]
    OnlyWarmUp {
        /// `train.warmup_steps`.
        warmup: u64,
        /// Steps of the run.
        steps: u64,
    },
    /// Many of the characters are rare.
    #[error(
        "the network has to know {known} different characters, many of them rare: with \
         --set data.min_count=5 it would be {usual}, and smaller and faster"
    )]
    ManyCharacters {
        /// Characters that the network has to know.
        known: usize,
        /// So many it would be.
        usual: usize,
    },
    /// Characters that mean what some program likes.
    #[error(
        "{percent:.1} % of the characters are for private use, which mean something to one program \
         or font only: see with charnn data inspect whether the encoding is right"
    )]
    PrivateUse {
        /// Their share.
        percent: f64,
    },
    /// Characters that were lost before.
    #[error(
        "{percent:.1} % of the characters are U+FFFD, which stands for what was lost when the text was \
         converted before or its bytes were damaged: what is left may be wrong too, so see with charnn data \
         inspect, and better take the text from where it is whole"
    )]
    Replaced {
        /// Their share.
        percent: f64,
    },
    /// The same text is there more than once.
    #[error(
        "{name} has the same text as {original}{}: the network reads it more than once",
        if *more > 0 { format!(", and so have {more} more files") } else { String::new() }
    )]
    Duplicate {
        /// The file that repeats another.
        name: String,
        /// The first file with this text.
        original: String,
        /// How many other files repeat one.
        more: usize,
    },
    /// The text is short.
    #[error(
        "the text has {characters} characters only, which a network soon knows by heart: take more text{}; \
         `charnn train` without a text shows what to expect",
        smaller.map(|size| format!(", or a smaller network, such as --set model.hidden_size={size}"))
            .unwrap_or_default()
    )]
    LittleText {
        /// Its characters.
        characters: usize,
        /// A `model.hidden_size` that is smaller than that of the network, where that is large.
        smaller: Option<usize>,
    },
}

/// The advice about files that repeat a text. The documents of `ids` have these `names` and `starts`.
pub(crate) fn duplicate(ids: &[u16], starts: &[usize], names: &[&str]) -> Option<Advice> {
    let found = duplicates(ids, starts);
    let &(original, copy) = found.first()?;
    let name = |index: usize| names[index].to_owned();
    Some(Advice::Duplicate { name: name(copy), original: name(original), more: found.len() - 1 })
}

/// What is to be said before `corpus`, of whose characters the network knows `known`, is trained on for
/// `steps` as `config` says.
pub(crate) fn advice(config: &RunConfig, steps: u64, corpus: &Corpus, known: usize) -> Vec<Advice> {
    let mut advice = idle(config);
    let warmup = config.train.warmup_steps;
    // A short trial with the usual warm-up is no mistake.
    if warmup >= steps && warmup != TrainConfig::default().warmup_steps {
        advice.push(Advice::OnlyWarmUp { warmup, steps });
    }
    advice.extend(of_text(corpus, known, config.model.hidden_size));
    advice
}

fn of_text(corpus: &Corpus, known: usize, hidden_size: usize) -> Vec<Advice> {
    let mut advice = Vec::new();
    let counts = corpus.counts();
    if known > MANY_CHARACTERS {
        let usual = counts.iter().filter(|&(_, count)| count >= 5).count() + 1;
        advice.push(Advice::ManyCharacters { known, usual });
    }
    let characters = corpus.characters();
    let percent = |is: fn(char) -> bool| {
        let found = counts.iter().filter(|&(found, _)| is(found)).map(|(_, count)| count);
        100.0 * found.sum::<u64>() as f64 / characters as f64
    };
    let (private, replaced) = (percent(is_private), percent(is_replacement));
    if private > 1.0 {
        advice.push(Advice::PrivateUse { percent: private });
    }
    if replaced > 1.0 {
        advice.push(Advice::Replaced { percent: replaced });
    }
    if characters < FEW {
        let smaller = Some(SMALL).filter(|small| *small < hidden_size);
        advice.push(Advice::LittleText { characters, smaller });
    }
    advice
}

fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

fn is_replacement(character: char) -> bool {
    character == char::REPLACEMENT_CHARACTER
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use charnn_data::VocabularyLimits;

    fn of(text: &str) -> Vec<String> {
        let corpus = Corpus::from_text("text", text);
        let advice = of_text(&corpus, corpus.vocabulary(VocabularyLimits::ALL).unwrap().len(), 256);
        advice.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_usual_text_needs_no_advice() {
        assert!(of(&"The cat sat. ".repeat(10_000)).is_empty());
        let little = of(&"The cat sat. ".repeat(7_000));
        assert!(little.len() == 1 && little[0].contains("91000 characters only"), "{little:?}");
        assert!(little[0].contains("model.hidden_size=64"), "{little:?}");
        let corpus = Corpus::from_text("text", "The cat sat. ");
        for size in [16, 64] {
            let little = of_text(&corpus, 9, size)[0].to_string();
            assert!(little.contains("take more text;") && !little.contains("smaller"), "{little}");
        }
    }

    #[test]
    fn many_rare_characters_and_private_ones_are_pointed_out() {
        let han: String = ('\u{4E00}'..='\u{9FFF}').collect();
        let text = han.clone() + &han[..30_000].repeat(20);
        let many = of(&text);
        assert!(many.len() == 1 && many[0].contains("20992"), "{many:?}");
        assert!(many[0].contains("it would be 10001"), "{many:?}");
        let plain = "The cat sat. ".repeat(10_000);
        assert!(of(&(plain.clone() + &"\u{E123}".repeat(1_000))).is_empty());
        let replaced = of(&(plain.clone() + &"\u{FFFD}".repeat(2_000)));
        assert!(replaced.len() == 1 && replaced[0].starts_with("1.5 %"), "{replaced:?}");
        let private = of(&(plain + &"\u{E123}".repeat(2_000)));
        assert!(private.len() == 1 && private[0].starts_with("1.5 %"), "{private:?}");
    }
}
