//! From a request to its texts.

use super::answer::{Answer, Piece};
use super::echo::{Echoed, echoed};
use super::parameters::Parameters;
use crate::http::Response;
use crate::limits;
use crate::networks::{Network, Networks, blocking};
use crate::problem::Problem;
use crate::writing::{Job, Pool, Texts};
use charnn_bundle::Seed;
use charnn_infer::{Ending, Request};
use charnn_message::{Language, text};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::{Instant, sleep, timeout_at};

/// Between two pieces of a stream: small pieces cost more than the text in them.
const GAP: Duration = Duration::from_millis(20);
/// The first pieces are sent at once.
const AT_ONCE: u32 = 2;

/// Writes the texts of a request.
///
/// # Errors
/// When the request is wrong, or the server is busy.
pub(crate) async fn complete(
    body: &[u8],
    networks: &Networks,
    pool: &Pool,
    language: Language,
) -> Result<Response, Problem> {
    let end = Instant::now() + limits::TIME;
    let parameters = Parameters::read(body)?;
    let network = networks.find(&parameters.model).await?;
    let length = parameters.length.unwrap_or(network.sample.length).min(limits::LENGTH);
    let texts = parameters.texts * parameters.prompts.len();
    if parameters.logprobs.is_some() && texts * length > limits::JUDGED {
        let most = limits::JUDGED;
        let message = text!(
            en: "logprobs: a request judges at most {most} characters, in all its texts",
            zh: "logprobs：一次请求最多给出 {most} 个字符的概率（所有文本合计）"
        );
        return Err(Problem::parameter("logprobs", message));
    }
    let seed = match parameters.seed {
        Some(seed) => seed,
        None => getrandom::u64().map_err(|_| Problem::internal())? % 1_000_000,
    };
    let mut answer = Answer::new(Arc::clone(&network), seed, parameters.logprobs);
    let mut requests = Vec::new();
    let mut jobs = Vec::new();
    for prompt in &parameters.prompts {
        let request = request(&network, prompt.as_deref(), seed, &parameters)?;
        let record = network.engine.vocabulary().record();
        answer.prompt_symbols += request.prompt.iter().filter(|id| record != Some(**id)).count();
        for text in 0..parameters.texts {
            answer.add(&parameters.stops);
            jobs.push(job(&network, &request, text as u64, length, &parameters));
        }
        requests.push(request);
    }
    let mut texts = pool.write(jobs).ok_or_else(Problem::busy)?;
    let first = if parameters.echo {
        let (engine, judge) = (network.engine.clone(), parameters.logprobs);
        let echoed = blocking(move || -> Vec<Vec<Echoed>> {
            requests.iter().map(|request| echoed(&engine, request, judge)).collect()
        });
        let echoed = echoed.await?;
        let each = parameters.texts;
        let texts = echoed.iter().flat_map(|prompt| std::iter::repeat_n(prompt, each));
        texts.enumerate().map(|(index, prompt)| (index, answer.echo(index, prompt))).collect()
    } else {
        Vec::new()
    };
    if parameters.stream {
        let (events, receiver) = channel(4);
        let usage = parameters.include_usage;
        tokio::spawn(async move {
            if let Err(problem) = stream(&mut answer, first, &mut texts, &events, end, usage).await
            {
                let _ = events.send(event(&problem.json(language))).await;
            }
        });
        return Ok(Response::events(receiver));
    }
    let count = parameters.prompts.len() * parameters.texts;
    let mut whole: Vec<Piece> = (0..count).map(|_| Piece::default()).collect();
    for (index, piece) in first {
        whole[index].append(piece);
    }
    while let Some(received) =
        timeout_at(end, texts.next()).await.map_err(|_| Problem::too_slow())?
    {
        for (index, piece) in answer.pieces(received)? {
            whole[index].append(piece);
        }
        tokio::select! {
            () = sleep(GAP) => {}
            () = texts.over() => {}
        }
    }
    let choices = whole.iter().enumerate().map(|(index, piece)| answer.choice(index, piece));
    let choices: Vec<Value> = choices.collect();
    Ok(Response::json(200, &answer.object(&choices, true)))
}

/// Sends pieces as they come. Stops when the client has gone.
async fn stream(
    answer: &mut Answer,
    first: Vec<(usize, Piece)>,
    texts: &mut Texts,
    events: &Sender<Vec<u8>>,
    end: Instant,
    usage: bool,
) -> Result<(), Problem> {
    let mut pieces = first;
    let mut sent = 0;
    loop {
        let mut bytes = Vec::new();
        for (index, piece) in &pieces {
            let choice = answer.choice(*index, piece);
            bytes.extend(event(&answer.object(&[choice], false)));
        }
        if !bytes.is_empty() {
            if events.send(bytes).await.is_err() {
                return Ok(());
            }
            sent += 1;
            if sent > AT_ONCE {
                tokio::select! {
                    () = sleep(GAP) => {}
                    () = texts.over() => {}
                    () = events.closed() => return Ok(()),
                }
            }
        }
        let received = tokio::select! {
            received = timeout_at(end, texts.next()) => received.map_err(|_| Problem::too_slow())?,
            () = events.closed() => return Ok(()),
        };
        let Some(received) = received else { break };
        pieces = answer.pieces(received)?;
    }
    let mut bytes = Vec::new();
    if usage {
        bytes.extend(event(&answer.object(&[], true)));
    }
    bytes.extend(b"data: [DONE]\n\n");
    let _ = events.send(bytes).await; // the client may have gone
    Ok(())
}

fn event(data: &Value) -> Vec<u8> {
    format!("data: {data}\n\n").into_bytes()
}

/// The request for a prompt, as `infer` takes it.
fn request(
    network: &Network,
    prompt: Option<&str>,
    seed: u64,
    parameters: &Parameters,
) -> Result<Request, Problem> {
    let vocabulary = network.engine.vocabulary();
    let text = prompt.unwrap_or(&network.sample.prompt);
    let prompt = network.prompt(text, parameters.on_unknown)?;
    let written = vocabulary.encode_with(&parameters.written, parameters.on_unknown);
    let written = written.map_err(|error| Problem::of(400, Some("written"), &error))?;
    let sampling = network.sampling().with(&parameters.overrides);
    Ok(Request {
        context: prompt.context,
        prompt: [prompt.ids, written].concat(),
        window: network.sample.window,
        chain: sampling.chain(vocabulary),
        seed: Seed(seed),
    })
}

fn job(
    network: &Network,
    request: &Request,
    text: u64,
    length: usize,
    parameters: &Parameters,
) -> Job {
    Job {
        network: network.number,
        engine: network.engine.clone(),
        request: request.clone(),
        text,
        ending: Ending { length, until: parameters.stops.clone(), lines: None },
        judge: parameters.logprobs,
    }
}
