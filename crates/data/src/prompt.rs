//! Processes a prompt like the text that a network was trained on.

use crate::Vocabulary;
use charnn_text::{ReadOptions, Whitespace, clean_like};

/// The space that indents paragraphs in Chinese and Japanese.
const INDENT: char = '\u{3000}';

/// `prompt` as if it were part of the text: with the same line ends and normalization ([`clean_like`]), and
/// without indents if those of the text were removed.
///
/// What was done to the text shows in the network's `vocabulary` and `primer`: the text has indents if it
/// contains ideographic spaces, and some lines of the primer begin with them.
pub fn prompt_like_text(
    prompt: &str,
    options: &ReadOptions,
    vocabulary: &Vocabulary,
    primer: &str,
) -> String {
    let prompt = clean_like(options, prompt);
    let may_dedent = matches!(options.whitespace, Whitespace::Auto | Whitespace::Unwrap);
    if !may_dedent || has_indents(vocabulary, primer) {
        return prompt;
    }
    let lines = prompt.split_inclusive('\n').map(|line| {
        let spaces = |character: char| character.is_whitespace() && character != '\n';
        let text = line.trim_start_matches(spaces);
        // Other spaces may be the indents of source code.
        if line[..line.len() - text.len()].contains(INDENT) { text } else { line }
    });
    lines.collect()
}

/// Whether paragraphs of the text begin with ideographic spaces.
fn has_indents(vocabulary: &Vocabulary, primer: &str) -> bool {
    // The primer may start inside a line.
    let mut lines = primer.lines().skip(1).filter(|line| !line.is_empty()).peekable();
    let is_unknown = lines.peek().is_none();
    vocabulary.has(INDENT) && (is_unknown || lines.any(|line| line.starts_with(INDENT)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Corpus, VocabularyLimits, primer};
    use charnn_text::Normalization;

    /// A novel whose paragraphs are indented, with a title that has the same space inside.
    fn novel() -> String {
        let paragraph = "\u{3000}\u{3000}小满没有爹娘，跟着爷爷过日子。爷爷耳朵不好。\n";
        format!("第一回\u{3000}石头\n{}", paragraph.repeat(200))
    }

    fn prompted(text: &str, options: &ReadOptions, prompt: &str) -> String {
        let corpus = Corpus::from_bytes_with("text".into(), text.as_bytes(), options).unwrap();
        let vocabulary = corpus.vocabulary(VocabularyLimits::ALL).unwrap();
        let ids = corpus.ids(&vocabulary).unwrap();
        let primer = primer(crate::Section::new(&ids, &[0]), &vocabulary);
        prompt_like_text(prompt, options, &vocabulary, &primer)
    }

    #[test]
    fn indents_of_a_prompt_are_removed_if_those_of_the_text_were() {
        let prompt = "\u{3000}\u{3000}爷爷耳朵\n \u{3000}不好\u{3000}跟着\n    x";
        let dedented = "爷爷耳朵\n不好\u{3000}跟着\n    x";
        let (auto, keep) = (Whitespace::Auto, Whitespace::Keep);
        let unknown = novel().replace("回\u{3000}石", "");
        for (text, whitespace, expected) in [
            (novel(), auto, dedented),
            (unknown.clone(), auto, dedented),
            (unknown, keep, prompt),
            (novel(), keep, prompt),
        ] {
            let options = ReadOptions { whitespace, ..ReadOptions::default() };
            assert_eq!(prompted(&text, &options, prompt), expected, "{whitespace:?}");
        }
    }

    #[test]
    fn a_prompt_is_normalized_like_the_text() {
        let options = ReadOptions { normalize: Normalization::Nfc, ..ReadOptions::default() };
        assert_eq!(prompted("été\nabc\n", &options, "e\u{301}te\u{301}\r\n"), "été\n");
    }
}
