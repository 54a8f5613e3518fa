//! What each unit of a network does along a text, as a page to keep.

use crate::http::Response;
use crate::limits;
use crate::networks::{Networks, blocking};
use crate::problem::Problem;
use charnn_infer::OnUnknown;
use charnn_message::{Language, text};
use charnn_report::{Neurons, Recording, features, neurons, probe, rank};
use serde::Deserialize;
use tokio::sync::Semaphore;

/// A page takes a second of one core: others wait for their turn elsewhere.
static TURN: Semaphore = Semaphore::const_new(1);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    model: String,
    text: String,
}

/// The page about the network and the text of a request. Characters that the network does not know are left out.
///
/// # Errors
/// When the request is wrong, or another page is being made.
pub(crate) async fn page(
    body: &[u8],
    networks: &Networks,
    language: Language,
) -> Result<Response, Problem> {
    let Asked { model, text } = serde_json::from_slice(body).map_err(|_| {
        let message = text!(
            en: "the body must be a JSON object with the strings model and text",
            zh: "请求体必须是含有字符串 model 和 text 的 JSON 对象"
        );
        Problem::new(400, "invalid_json", message)
    })?;
    let (length, most) = (text.chars().count(), limits::SHOWN);
    if !(2..=most).contains(&length) {
        let message = text!(
            en: "text: expected 2 to {most} characters, got {length}",
            zh: "text：应为 2 到 {most} 个字符，实为 {length} 个"
        );
        return Err(Problem::parameter("text", message));
    }
    let network = networks.find(&model).await?;
    let ids = network.prompt(&text, OnUnknown::Skip)?.ids;
    let _turn = TURN.try_acquire().map_err(|_| Problem::busy())?;
    let page = blocking(move || {
        let recording = Recording::of(&network.engine, &ids);
        let features = features(&recording.symbols);
        let probes = probe(&recording, &features);
        let about = Neurons {
            name: &network.name,
            step: network.step,
            recording: &recording,
            ranked: &rank(&recording, &features, &probes),
            features: &features,
            probes: &probes,
            stages: &[],
        };
        neurons(&about, language)
    });
    let mut response = Response::whole(200, "text/html; charset=utf-8", page.await?.into_bytes());
    let name = "attachment; filename=\"neurons.html\"".to_owned();
    response.headers.push(("Content-Disposition", name));
    Ok(response)
}
