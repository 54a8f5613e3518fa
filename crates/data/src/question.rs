//! What the user is asked where the encoding of a text is unclear: which of two readings is right.

use crate::Encoding;
use crate::detect::{Candidate, Contest, Doubt};
use crate::reading::grouped;

/// What is said of a text whose encoding is unclear; `found` if it is one of several files.
pub(crate) fn unclear(name: &str, doubt: Doubt, found: bool, contest: &Contest) -> String {
    let Contest { best, runner_up, .. } = contest;
    let why = match doubt {
        Doubt::Implausible => format!(
            "cannot tell the encoding of {name}: it does not read like a text in any that is \
             tried. If one of these is right, name it; if not, name the one it was saved in"
        ),
        Doubt::Close => format!(
            "cannot tell the encoding of {name}: {} and {} read about as well. Name the right one",
            best.encoding, runner_up.encoding
        ),
        Doubt::Foreign(other) => format!(
            "cannot tell the encoding of {name}: it reads like {other}, which charnn does not know. \
             If it is, convert it: iconv -f {other} -t UTF-8 in.txt > out.txt. If one of these is \
             right, name it"
        ),
    };
    format!("{why}{}:{}", alone(found), choices(contest))
}

/// What is said besides of one of several files: the encoding that is named is for all of them.
fn alone(found: bool) -> &'static str {
    if found {
        ". As it is one of several files, take it out, or convert it first with charnn data convert \
         and the right one"
    } else {
        ""
    }
}

/// What is said of a text with more malformed bytes than accidents explain.
pub(crate) fn too_many(
    name: &str,
    encoding: Encoding,
    (count, bytes): (u64, u64),
    found: bool,
    contest: &Contest,
) -> String {
    format!(
        "{name} is damaged or not {encoding}: {} of its {} bytes begin no character, more than \
         1 %. Repair it, or name its encoding and it will be read as well as it can{}:{}",
        grouped(count),
        grouped(bytes),
        alone(found),
        choices(contest)
    )
}

/// The two best candidates with what the text would be.
fn choices(contest: &Contest) -> String {
    let both = [&contest.best, &contest.runner_up];
    let label = |candidate: &Candidate| String::from(candidate.encoding);
    let width = both.map(|candidate| label(candidate).len()).into_iter().max().unwrap_or(0);
    let choice = |candidate: &Candidate| {
        let Candidate { bits_per_byte, malformed, preview, .. } = candidate;
        let label = label(candidate);
        format!(
            "\n  --encoding {label:<width$}  {bits_per_byte:.1} bits a byte, {malformed} malformed: {preview}"
        )
    };
    both.map(choice).concat()
}
