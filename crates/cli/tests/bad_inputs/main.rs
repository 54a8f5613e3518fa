//! Bad inputs and faults through the real program: what is on the disk, what is asked, and then the exit
//! code, the names of the objects, and nothing left behind.
//!
//! A file a theme. The numbers in comments are those of the list of bad inputs that the program answers
//! for; `row` says what holds for every row.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(clippy::too_many_lines, reason = "a table is as long as it has to be")]

mod advice;
mod checkpoints;
mod configs;
mod encodings;
mod flags;
mod keys;
mod models;
mod places;
#[path = "../program/mod.rs"]
mod program;
mod prompts;
mod row;
mod runs;
mod texts;
mod trained;
mod typing;

use row::Row;
use std::collections::BTreeSet;

#[test]
fn there_are_many_rows_and_no_two_are_the_same() {
    let themes: [fn() -> Vec<Row>; 11] = [
        texts::rows,
        encodings::rows,
        configs::rows,
        keys::rows,
        flags::rows,
        typing::rows,
        prompts::rows,
        runs::rows,
        checkpoints::rows,
        models::rows,
        places::rows,
    ];
    let all: Vec<String> = themes.iter().flat_map(|rows| rows()).map(|row| row.what).collect();
    let different: BTreeSet<&String> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    assert!(all.len() >= 150, "{} rows", all.len());
}
