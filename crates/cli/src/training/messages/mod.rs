//! What the commands of training say, a file for each subject, English and Chinese side by side.

pub(super) mod bench;
pub(super) mod choice;
pub(super) mod devices;
pub(super) mod doctor;
pub(super) mod estimate;
pub(super) mod run;
