//! Which address leads where.

use crate::completions::complete;
use crate::guard::Guard;
use crate::http::{Head, Response, Service, language};
use crate::networks::{Networks, blocking};
use crate::neurons;
use crate::openapi::description;
use crate::page;
use crate::problem::Problem;
use crate::runs::{Followers, Listed, Table, follow, metrics};
use crate::writing::Pool;
use charnn_message::{Language, text};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Everything that answers requests.
#[derive(Debug)]
pub(crate) struct Routes {
    pub(crate) guard: Guard,
    pub(crate) table: Arc<Table>,
    pub(crate) networks: Networks,
    pub(crate) pool: Pool,
    pub(crate) followers: Followers,
    /// The language of the page.
    pub(crate) language: Language,
}

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
enum Route<'a> {
    /// A file of the page.
    File(&'a str),
    Health,
    OpenApi,
    Runs,
    Metrics(&'a str),
    Live(&'a str),
    Models,
    Model(&'a str),
    Completions,
    Neurons,
}

impl<'a> Route<'a> {
    fn of(segments: &'a [String]) -> Option<Self> {
        let segments: Vec<&'a str> = segments.iter().map(String::as_str).collect();
        Some(match segments[..] {
            [""] => Self::File("index.html"),
            ["health"] => Self::Health,
            ["openapi.json"] => Self::OpenApi,
            ["api", "runs"] => Self::Runs,
            ["api", "runs", name, "metrics"] => Self::Metrics(name),
            ["api", "runs", name, "live"] => Self::Live(name),
            ["v1", "models"] => Self::Models,
            ["v1", "models", name] => Self::Model(name),
            ["v1", "completions"] => Self::Completions,
            ["api", "neurons"] => Self::Neurons,
            [name] => Self::File(name),
            _ => return None,
        })
    }

    /// Whether anyone on this machine may have it: it tells nothing about runs.
    fn is_open(&self) -> bool {
        matches!(self, Self::File(_) | Self::Health)
    }

    fn methods(&self) -> &'static str {
        match self {
            Self::Completions | Self::Neurons => "POST",
            _ => "GET, HEAD",
        }
    }
}

impl Service for Routes {
    fn admit(&self, head: &Head) -> Result<(), Problem> {
        self.guard.check_origin(head)?;
        let segments = head.segments().unwrap_or_default();
        let route = Route::of(&segments);
        // Who does not know the token does not learn which addresses exist.
        if !route.as_ref().is_some_and(Route::is_open) {
            self.guard.check_token(head)?;
        }
        let route = route.ok_or_else(Problem::not_found)?;
        if !route.methods().split(", ").any(|method| method == head.method) {
            return Err(Problem::wrong_method(route.methods()));
        }
        let kind = head.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if head.method == "POST" && !kind.eq_ignore_ascii_case("application/json") {
            let message = text!(en: "send Content-Type: application/json", zh: "请发送 Content-Type: application/json");
            return Err(Problem::new(415, "bad_content_type", message));
        }
        Ok(())
    }

    async fn respond(&self, head: &Head, body: Vec<u8>) -> Response {
        let response = self.answer(head, &body).await;
        response.unwrap_or_else(|problem| problem.response(language(head)))
    }
}

impl Routes {
    async fn answer(&self, head: &Head, body: &[u8]) -> Result<Response, Problem> {
        let segments = head.segments().unwrap_or_default();
        let route = Route::of(&segments).ok_or_else(Problem::not_found)?;
        Ok(match route {
            Route::File(name) => page::file(name, self.language).ok_or_else(Problem::not_found)?,
            Route::Health => Response::json(200, &self.health()),
            Route::OpenApi => Response::json(200, &description()),
            Route::Runs => {
                let entries = self.table.entries().await;
                let runs: Vec<Value> = entries.iter().map(Listed::json).collect();
                Response::json(200, &json!({ "runs": runs }))
            }
            Route::Metrics(name) => {
                let run = self.table.find(name).await.ok_or_else(|| no_run(name))?;
                let rows = blocking(move || run.metric_rows()).await?;
                let rows = rows.map_err(|error| Problem::of(503, None, &error))?;
                Response::json(200, &metrics(&rows.rows, false))
            }
            Route::Live(name) => {
                let run = self.table.find(name).await.ok_or_else(|| no_run(name))?;
                follow(run, Arc::clone(&self.table), &self.followers)?
            }
            Route::Models => {
                let models = self.networks.names().await;
                let models: Vec<Value> = models.iter().map(|it| model(&it.0, it.1)).collect();
                Response::json(200, &json!({ "object": "list", "data": models }))
            }
            Route::Model(name) => {
                let network = self.networks.find(name).await?;
                let mut fields = model(&network.name, None);
                fields["charnn"] = json!({
                    "step": network.step,
                    "symbols": network.engine.vocabulary().len(),
                    "prompt": network.sample.prompt,
                    "length": network.sample.length,
                    "temperature": network.sample.temperature,
                    "top_k": network.sample.top_k,
                    "top_p": network.sample.top_p,
                });
                Response::json(200, &fields)
            }
            Route::Completions => {
                complete(body, &self.networks, &self.pool, language(head)).await?
            }
            Route::Neurons => neurons::page(body, &self.networks, language(head)).await?,
        })
    }

    fn health(&self) -> Value {
        json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "texts": self.pool.texts() })
    }
}

fn model(name: &str, time: Option<SystemTime>) -> Value {
    let seconds = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let seconds = seconds.map_or(0, |time| time.as_secs());
    json!({ "id": name, "object": "model", "created": seconds, "owned_by": "charnn" })
}

fn no_run(name: &str) -> Problem {
    let message = text!(en: "there is no run {name:?}", zh: "没有训练记录 {name:?}");
    Problem::new(404, "run_not_found", message)
}
