//! A run that commit 7459234 wrote: manifests of format 1 and rows with `train_nats`.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_bundle::{Architecture, Cell};
use charnn_runs::{CheckpointSelector, RunDir};
use std::path::Path;

fn run() -> RunDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/7459234");
    RunDir::find("run", &root).unwrap()
}

#[test]
fn every_checkpoint_is_read_without_a_warning() {
    for (selector, step) in [
        (CheckpointSelector::Best, 12),
        (CheckpointSelector::Last, 12),
        (CheckpointSelector::Step(10), 10),
    ] {
        let mut warnings = Vec::new();
        let (loaded, bundle) = run().load(selector, &mut |it| warnings.push(it)).unwrap();
        assert_eq!((loaded.progress.step, warnings), (step, vec![]));
        let expected = Architecture {
            cell: Cell::Lstm,
            embedding_dim: 4,
            hidden_size: 6,
            num_layers: 1,
            tie_weights: false,
            layer_norm: false,
        };
        assert_eq!((bundle.architecture(), bundle.vocabulary().len()), (expected, 15));
        assert_eq!(bundle.provenance().step, Some(step));
        assert_eq!(bundle.provenance().run.as_deref(), Some("run"));
        // Two moments per parameter, two states per layer.
        assert_eq!(loaded.optimizer().unwrap().len(), 2 * bundle.tensors().len());
        assert_eq!(loaded.state().unwrap().unwrap().len(), 2);
    }
}

#[test]
fn every_row_is_read() {
    let rows = run().metrics().unwrap();
    let steps: Vec<u64> =
        rows.iter().filter(|row| row.train_loss.is_some()).map(|row| row.step).collect();
    assert_eq!(steps, (1..=12).collect::<Vec<_>>());
    let last = rows.last().unwrap();
    assert_eq!((last.schema, last.step, last.epoch), (1, 12, None));
    assert!((last.val_loss.unwrap() - 2.703_533_122_676_829_3).abs() < 1e-12);
    assert!((last.val_perplexity.unwrap() - last.val_loss.unwrap().exp()).abs() < 1e-9);
}
