//! The description of the API, as `OpenAPI` has it.

use crate::limits;
use serde_json::{Value, json};

/// The description.
pub(crate) fn description() -> Value {
    let bearer = json!([{ "token": [] }]);
    let error = json!({
        "description": "The request fails.",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } }
    });
    let found = |description: &str, schema: Value| {
        json!({
            "200": {
                "description": description,
                "content": { "application/json": { "schema": schema } }
            },
            "default": error
        })
    };
    let run =
        json!([{ "name": "run", "in": "path", "required": true, "schema": { "type": "string" } }]);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "charnn serve",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Character-level networks behind the API of OpenAI for completions. A token is a character."
        },
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Error": error_schema(), "CompletionRequest": request_schema(), "Completion": completion_schema() }
        },
        "security": bearer,
        "paths": {
            "/health": { "get": {
                "summary": "Whether the server works", "security": [],
                "responses": found("It works.", json!({ "type": "object" }))
            } },
            "/v1/models": { "get": {
                "summary": "All networks: runs with a checkpoint, the newest first, and the built-in networks",
                "responses": found("The networks.", json!({ "type": "object" }))
            } },
            "/v1/models/{model}": { "get": {
                "summary": "A network and how its run writes samples",
                "parameters": [{ "name": "model", "in": "path", "required": true, "schema": { "type": "string" } }],
                "responses": found("The network.", json!({ "type": "object" }))
            } },
            "/v1/completions": { "post": {
                "summary": "Texts that follow a prompt",
                "requestBody": { "required": true, "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/CompletionRequest" }
                } } },
                "responses": {
                    "200": {
                        "description": "The texts; with stream, server-sent events that end with [DONE].",
                        "content": {
                            "application/json": { "schema": { "$ref": "#/components/schemas/Completion" } },
                            "text/event-stream": { "schema": { "type": "string" } }
                        }
                    },
                    "default": error
                }
            } },
            "/api/neurons": { "post": {
                "summary": "What each unit of a network does along a text, as a page to keep",
                "requestBody": { "required": true, "content": { "application/json": { "schema": {
                    "type": "object", "additionalProperties": false, "required": ["model", "text"],
                    "properties": {
                        "model": { "type": "string" },
                        "text": { "type": "string", "minLength": 2, "maxLength": limits::SHOWN }
                    }
                } } } },
                "responses": {
                    "200": {
                        "description": "One HTML file that needs no other.",
                        "content": { "text/html": { "schema": { "type": "string" } } }
                    },
                    "default": error
                }
            } },
            "/api/runs": { "get": {
                "summary": "All runs with their metrics and labels",
                "responses": found("The runs.", json!({ "type": "object" }))
            } },
            "/api/runs/{run}/metrics": { "get": {
                "summary": "The metrics of a run; of many training steps, means",
                "parameters": run,
                "responses": found("Columns and rows.", json!({ "type": "object" }))
            } },
            "/api/runs/{run}/live": { "get": {
                "summary": "The metrics and samples of a run so far and as they are written: events run, metrics and samples",
                "parameters": run,
                "responses": {
                    "200": {
                        "description": "Server-sent events.",
                        "content": { "text/event-stream": { "schema": { "type": "string" } } }
                    },
                    "default": error
                }
            } }
        }
    })
}

fn error_schema() -> Value {
    let text = json!({ "type": ["string", "null"] });
    json!({ "type": "object", "properties": { "error": { "type": "object", "properties": {
        "message": text, "type": text, "param": text, "code": text
    } } } })
}

fn request_schema() -> Value {
    let number = |least: f64, most: f64, description: &str| json!({ "type": "number", "minimum": least, "maximum": most, "description": description });
    let whole = |least: u64, most: usize, description: &str| json!({ "type": "integer", "minimum": least, "maximum": most, "description": description });
    let strings = |most: usize, description: &str| {
        json!({
            "description": description,
            "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" }, "maxItems": most }]
        })
    };
    let of_run = "the value of the run";
    json!({ "type": "object", "additionalProperties": false, "properties": {
        "model": { "type": "string", "default": "latest", "description": "A run, a built-in network, or latest" },
        "prompt": strings(limits::PROMPTS, "How the texts begin; the prompt of the run by default"),
        "written": { "type": "string", "description": "Text that was already written after the prompt; not OpenAI's" },
        "n": whole(1, limits::TEXTS, "Texts for each prompt; text i depends on the seed and its number alone"),
        "best_of": whole(1, limits::TEXTS, "Only the value of n"),
        "max_tokens": whole(0, limits::LENGTH, "Characters of each text"),
        "seed": { "type": "integer", "minimum": 0, "description": "Makes texts repeatable; random by default" },
        "stop": strings(limits::STOPS, "Strings that end a text and are not part of it"),
        "echo": { "type": "boolean", "description": "Whether texts begin with the prompt" },
        "logprobs": whole(0, limits::LOGPROBS, "Likeliest characters to show beside each, by the network itself"),
        "stream": { "type": "boolean", "description": "Whether texts come in pieces" },
        "stream_options": { "type": "object", "properties": { "include_usage": { "type": "boolean" } } },
        "temperature": number(0.0, 100.0, &format!("0 takes the likeliest character; {of_run} by default")),
        "top_p": number(0.0, 1.0, of_run),
        "top_k": whole(0, 1 << 16, "0 for all; not OpenAI's"),
        "min_p": number(0.0, 1.0, "not OpenAI's"),
        "typical": number(0.0, 1.0, "not OpenAI's"),
        "presence_penalty": number(-10.0, 10.0, "of the last characters, see penalty_window"),
        "frequency_penalty": number(-10.0, 10.0, "of the last characters, see penalty_window"),
        "repetition_penalty": number(0.1, 10.0, "not OpenAI's"),
        "penalty_window": whole(1, 100_000, "Characters that count for penalties, 64 by default; not OpenAI's"),
        "no_repeat": whole(0, 1000, "Repeat no sequence of this many characters; not OpenAI's"),
        "on_unknown": { "type": "string", "enum": ["error", "skip", "unk"], "description": "How to handle characters that the network lacks; not OpenAI's" },
        "suffix": { "type": ["string", "null"], "description": "Not supported" },
        "logit_bias": { "type": ["object", "null"], "description": "Not supported" },
        "user": { "type": "string", "description": "Ignored" }
    } })
}

fn completion_schema() -> Value {
    json!({ "type": "object", "properties": {
        "id": { "type": "string" },
        "object": { "type": "string", "const": "text_completion" },
        "created": { "type": "integer" },
        "model": { "type": "string" },
        "system_fingerprint": { "type": "string", "description": "The training step of the network" },
        "choices": { "type": "array", "items": { "type": "object", "properties": {
            "index": { "type": "integer" },
            "text": { "type": "string" },
            "finish_reason": { "type": ["string", "null"], "enum": ["stop", "length", null] },
            "logprobs": { "type": ["object", "null"] }
        } } },
        "usage": { "type": "object", "properties": {
            "prompt_tokens": { "type": "integer" },
            "completion_tokens": { "type": "integer" },
            "total_tokens": { "type": "integer" }
        } },
        "charnn": { "type": "object", "properties": {
            "seed": { "type": "integer" }, "step": { "type": "integer" }
        } }
    } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completions::NAMES;

    #[test]
    fn every_parameter_is_described() {
        let description = description();
        let schema = &description["components"]["schemas"]["CompletionRequest"]["properties"];
        let described: Vec<&str> =
            schema.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(described, NAMES);
    }
}
