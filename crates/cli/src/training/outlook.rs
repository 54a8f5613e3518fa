//! What `charnn data inspect` says about training.

use crate::failure::Failure;
use crate::messages::inspection::Outlook;
use crate::training::messages::run;
use charnn_config::{RunConfig, Sources};
use charnn_data::Corpus;
use charnn_message::{Describe, Message};
use charnn_text::{ReadOptions, Records, Source};
use charnn_train::{Plan, PlanError};
use serde_json::json;

/// What `charnn train` makes of a text by its defaults, or why it cannot; `None` where finding out would
/// take the room of a run, or would need the text a second time.
pub(crate) fn outlook(
    source: &Source,
    bytes: u64,
    options: &ReadOptions,
    records: &Records,
) -> Option<Result<Outlook, Failure>> {
    let mut config = RunConfig::default();
    config.data.path = Sources(vec![source.clone()]);
    config.data.records.clone_from(records);
    if *source == Source::Stdin || bytes > config.data.in_memory_bytes.0 {
        return None;
    }
    let corpus = Corpus::read_with(source, options);
    let corpus = corpus.and_then(|corpus| corpus.with_records(records, None));
    let corpus = corpus.map_err(PlanError::from);
    let plan = corpus.and_then(|corpus| Plan::new(config, &corpus));
    Some(plan.map(|plan| of_plan(&plan)).map_err(Failure::from))
}

fn of_plan(plan: &Plan) -> Outlook {
    let advice: Vec<String> = plan.advice.iter().map(ToString::to_string).collect();
    let json = json!({
        "steps": plan.steps, "parameters": plan.parameters,
        "validation": plan.split().valid.len(), "advice": advice,
    });
    let mut lines = vec![run::corpus(plan), run::network(plan), run::steps(plan)];
    for advice in &plan.advice {
        let Message { message, hints, .. } = advice.describe();
        lines.push(message);
        lines.extend(hints.iter().map(run::hint));
    }
    Outlook { json, lines }
}
