//! Training as a whole, in one program: to link burn takes a while.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod adapter;
mod best;
mod checkpoints;
mod documents;
mod endings;
mod evaluation;
mod failed;
mod full_disk;
mod learning;
mod moved;
mod optimizer;
mod output_bias;
mod properties;
mod ranks;
mod resume;
mod rollback;
mod small_run;
mod step;
mod training_loop;
mod trajectory;
