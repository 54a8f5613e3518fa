//! The metrics of a run as JSON: columns of numbers, thinned where there are many.

use charnn_runs::{MetricRow, SampleRow};
use serde_json::{Value, json};

/// Training steps that are sent at most; evaluations are all sent.
const MOST: usize = 2000;

/// The names of the numbers of a row.
const COLUMNS: [&str; 6] =
    ["step", "seconds", "train_loss", "val_loss", "learning_rate", "gradient_norm"];

/// Rows as a client gets them. Of very many training steps, each row stands for several: the means of their numbers at
/// the last of their steps.
pub(crate) fn metrics(rows: &[MetricRow], restarted: bool) -> Value {
    let training = rows.iter().filter(|row| row.val_loss.is_none()).count();
    let each = training.div_ceil(MOST).max(1);
    let mut shown: Vec<Value> = Vec::new();
    let mut group: Vec<&MetricRow> = Vec::new();
    for row in rows {
        if row.val_loss.is_some() {
            // What was measured before comes before.
            shown.extend(mean(&std::mem::take(&mut group)));
            shown.extend(mean(&[row]));
            continue;
        }
        group.push(row);
        if group.len() == each {
            shown.extend(mean(&std::mem::take(&mut group)));
        }
    }
    shown.extend(mean(&group));
    json!({ "columns": COLUMNS, "rows": shown, "steps_per_row": each, "restarted": restarted })
}

fn mean(group: &[&MetricRow]) -> Option<Value> {
    let last = group.last()?;
    let of = |value: fn(&MetricRow) -> Option<f64>| {
        let known: Vec<f64> =
            group.iter().filter_map(|row| value(row)).filter(|it| it.is_finite()).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    Some(json!([
        last.step,
        last.seconds,
        of(|row| row.train_loss),
        of(|row| row.val_loss),
        of(|row| row.learning_rate),
        of(|row| row.gradient_norm),
    ]))
}

/// Samples that are sent at most: the newest.
const SAMPLES: usize = 40;

/// Samples as a client gets them.
pub(super) fn samples(rows: &[SampleRow], restarted: bool) -> Value {
    let newest = &rows[rows.len().saturating_sub(SAMPLES)..];
    let sample =
        |row: &SampleRow| json!({ "step": row.step, "prompt": row.prompt, "text": row.text });
    let rows: Vec<Value> = newest.iter().map(sample).collect();
    json!({ "rows": rows, "restarted": restarted })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn many_rows_become_means_and_no_evaluation_is_lost() {
        let mut rows: Vec<MetricRow> = Vec::new();
        for step in 1..=10_000 {
            rows.push(MetricRow::training(step, 0, step as f64, 1.0, 0.1).after(step as f64));
            if step % 1000 == 500 {
                rows.push(MetricRow::validation(step, 2.0));
            }
        }
        let thinned = metrics(&rows, false);
        assert_eq!(thinned["steps_per_row"], 5);
        let thinned = thinned["rows"].as_array().unwrap();
        assert_eq!(thinned.len(), 2000 + 10);
        assert_eq!(thinned[0][2], 3.0, "the mean of 1 to 5");
        assert_eq!(thinned[0][0], 5);
        assert_eq!(thinned.iter().filter(|row| row[3] == 2.0).count(), 10);
        let steps: Vec<u64> = thinned.iter().map(|row| row[0].as_u64().unwrap()).collect();
        assert!(steps.is_sorted());
        let few = metrics(&rows[..7], true);
        assert_eq!((few["rows"].as_array().unwrap().len(), &few["restarted"]), (7, &json!(true)));
    }

    #[test]
    fn numbers_that_are_not_finite_are_null() {
        let rows = [MetricRow::training(1, 0, f64::NAN, f64::INFINITY, 0.1)];
        let sent = metrics(&rows, false);
        assert_eq!(sent["rows"][0], json!([1, 0.0, null, null, 0.1, null]));
    }
}
