//! The state dict of a PyTorch model: which tensor belongs to which part.

use crate::archive::is_archive;
use crate::error::{ExchangeError, shape};
use crate::numbers::{bf16, f16, f32, f64};
use crate::torch::pickle_error::PickleError;
use crate::torch::saved;
use charnn_bundle::{Cell, HostTensor, TensorError};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use std::collections::BTreeMap;

/// The longest header that is read; a state dict of 64 layers needs a tenth.
const MAX_HEADER: u64 = 1 << 20;
/// An error names at most this many tensors.
const NAMED: usize = 5;

/// A weight and a bias, one of which may be absent.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) weight: Option<HostTensor>,
    pub(super) bias: Option<HostTensor>,
}

/// The parts of a network as PyTorch stores them.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) cell: Cell,
    pub(super) hidden_size: usize,
    /// Of each layer, by the beginning of the name: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
    pub(super) layers: Vec<BTreeMap<&'static str, HostTensor>>,
    /// Absent where the network reads one-hot vectors.
    pub(super) embedding: Option<HostTensor>,
    /// The weight is absent where the embedding stands for it.
    pub(super) head: Module,
    pub(super) norm: Option<Module>,
}

const KINDS: [&str; 4] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

/// The tensors of a safetensors file or of a file that `torch.save` wrote, as f32.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<HostTensor>, ExchangeError> {
    let tensors = if is_archive(bytes) { saved::read(bytes)? } else { safetensors(bytes)? };
    match tensors.iter().find(|tensor| !tensor.is_finite()) {
        Some(tensor) => Err(TensorError::NotFinite(tensor.name.clone()).into()),
        None => Ok(tensors),
    }
}

fn safetensors(bytes: &[u8]) -> Result<Vec<HostTensor>, ExchangeError> {
    let (Some(&length), Some(b'{')) = (bytes.first_chunk(), bytes.get(8)) else {
        let pickle = matches!(bytes, [0x80, 2..=5, ..]);
        return Err(if pickle { PickleError::Old.into() } else { ExchangeError::NotTorch });
    };
    let length = u64::from_le_bytes(length);
    if length > MAX_HEADER {
        return Err(ExchangeError::Header { bytes: length });
    }
    let file = SafeTensors::deserialize(bytes).map_err(TensorError::from)?;
    let mut tensors = Vec::new();
    for (name, view) in file.iter() {
        let values: Vec<f32> = match view.dtype() {
            Dtype::F64 => f64(view.data()).collect(),
            Dtype::F32 => f32(view.data()).collect(),
            Dtype::F16 => f16(view.data()).collect(),
            Dtype::BF16 => bf16(view.data()).collect(),
            other => {
                let format = format!("{other:?}");
                return Err(ExchangeError::Format { name: name.to_owned(), format });
            }
        };
        tensors.push(HostTensor { name: name.to_owned(), shape: view.shape().to_vec(), values });
    }
    Ok(tensors)
}

impl Parts {
    /// Sorts the tensors by the names that `nn.Module` gives them. The names of modules are free.
    pub(super) fn of(tensors: Vec<HostTensor>) -> Result<Self, ExchangeError> {
        let mut recurrent = BTreeMap::<String, Vec<(usize, &str, HostTensor)>>::new();
        let mut modules = BTreeMap::<String, Module>::new();
        let mut unknown = Vec::new();
        for tensor in tensors {
            let (module, leaf) = tensor.name.rsplit_once('.').unwrap_or(("", &tensor.name));
            let module = module.to_owned();
            if leaf.ends_with("_reverse") {
                return Err(ExchangeError::Bidirectional);
            }
            if leaf.starts_with("weight_hr_l") {
                return Err(ExchangeError::Projection);
            }
            let layered = leaf.rsplit_once("_l").and_then(|(kind, layer)| {
                let kind = KINDS.into_iter().find(|known| *known == kind)?;
                Some((layer.parse().ok()?, kind))
            });
            match (layered, leaf) {
                (Some((layer, kind)), _) => {
                    recurrent.entry(module).or_default().push((layer, kind, tensor));
                }
                (None, "weight") => modules.entry(module).or_default().weight = Some(tensor),
                (None, "bias") => modules.entry(module).or_default().bias = Some(tensor),
                _ => unknown.push(tensor.name),
            }
        }
        refuse(unknown)?;
        if recurrent.len() > 1 {
            let modules = recurrent.into_keys().take(NAMED).collect();
            return Err(ExchangeError::Several { modules });
        }
        let all = recurrent.pop_first().map(|(_, all)| all).unwrap_or_default();
        let layers = layers(all)?;
        let weight = layers.first().and_then(|layer| layer.get("weight_hh"));
        let weight = weight.ok_or_else(|| missing("weight_hh_l0"))?;
        let (cell, hidden_size) = cell(weight)?;
        let input = layers[0].get("weight_ih").ok_or_else(|| missing("weight_ih_l0"))?;
        let &[_, inputs] = &input.shape[..] else {
            return Err(gates(input));
        };
        let norm = norm(&mut modules, hidden_size)?;
        let (embedding, head) = ends(modules, inputs, hidden_size)?;
        Ok(Self { cell, hidden_size, layers, embedding, head, norm })
    }
}

/// Tensors by layer, of which none may be missing between two others.
fn layers(
    mut all: Vec<(usize, &'static str, HostTensor)>,
) -> Result<Vec<BTreeMap<&'static str, HostTensor>>, ExchangeError> {
    all.sort_by_key(|(layer, kind, _)| (*layer, *kind));
    let mut layers = Vec::<BTreeMap<_, _>>::new();
    for (index, kind, tensor) in all {
        if index > layers.len() {
            return Err(missing(&format!("weight_ih_l{}", layers.len())));
        }
        if index == layers.len() {
            layers.push(BTreeMap::new());
        }
        // A name such as `weight_ih_l00`, beside `weight_ih_l0`.
        if let Some(double) = layers[index].insert(kind, tensor) {
            refuse(vec![double.name])?;
        }
    }
    Ok(layers)
}

/// The cell and `H` by the shape of `weight_hh`: `[G·H, H]`.
fn cell(weight: &HostTensor) -> Result<(Cell, usize), ExchangeError> {
    let &[rows, columns] = &weight.shape[..] else {
        return Err(gates(weight));
    };
    let cell = [Cell::Rnn, Cell::Gru, Cell::Lstm]
        .into_iter()
        .find(|cell| columns > 0 && Some(rows) == columns.checked_mul(cell.gates()));
    Ok((cell.ok_or_else(|| gates(weight))?, columns))
}

/// Takes the module with two vectors of `hidden_size`, if there is one.
fn norm(
    modules: &mut BTreeMap<String, Module>,
    hidden_size: usize,
) -> Result<Option<Module>, ExchangeError> {
    let is_norm = |module: &Module| module.weight.as_ref().is_some_and(|it| it.shape.len() == 1);
    let mut names = modules.iter().filter(|(_, module)| is_norm(module)).map(|(name, _)| name);
    let (first, second) = (names.next().cloned(), names.next());
    if let Some(second) = second {
        return refuse(vec![format!("{second}.weight")]).map(|()| None);
    }
    let Some(module) = first.and_then(|name| modules.remove(&name)) else { return Ok(None) };
    for tensor in [&module.weight, &module.bias] {
        let tensor = tensor.as_ref().ok_or_else(|| missing("the bias of nn.LayerNorm"))?;
        if tensor.shape != [hidden_size] {
            return Err(shape(tensor, &[hidden_size]));
        }
    }
    Ok(Some(module))
}

/// The embedding and the head among the modules that are neither recurrent nor a norm.
fn ends(
    modules: BTreeMap<String, Module>,
    inputs: usize,
    hidden_size: usize,
) -> Result<(Option<HostTensor>, Module), ExchangeError> {
    let is_named = |name: &str| {
        let name = name.to_lowercase();
        name.contains("emb") || name.contains("encoder") || name.ends_with("wte")
    };
    let columns = |module: &Module| match module.weight.as_ref().map(|weight| &weight.shape[..]) {
        Some(&[_, columns]) => Some(columns),
        _ => None,
    };
    let can_embed = |module: &Module| module.bias.is_none() && columns(module) == Some(inputs);
    let can_end = |module: &Module| columns(module) == Some(hidden_size);
    let mut all: Vec<(String, Module)> = modules.into_iter().collect();
    // A bias alone is that of a head whose weight is the embedding.
    let bias = all.iter().position(|(_, module)| module.weight.is_none());
    let bias = bias.and_then(|at| all.remove(at).1.bias);
    match (all.len(), bias) {
        (2, None) => {
            let (b, a) = (all.pop().unwrap_or_default(), all.pop().unwrap_or_default());
            let forth = can_embed(&a.1) && can_end(&b.1);
            let back = can_embed(&b.1) && can_end(&a.1);
            let swap = match (forth, back) {
                (true, false) => false,
                (false, true) => true,
                (true, true) if is_named(&a.0) != is_named(&b.0) => is_named(&b.0),
                (true, true) => return Err(ExchangeError::Ambiguous { modules: [a.0, b.0] }),
                (false, false) => {
                    let (emb, head) = if is_named(&b.0) { (b, a) } else { (a, b) };
                    let (part, columns) =
                        if can_embed(&emb.1) { (head.1, hidden_size) } else { (emb.1, inputs) };
                    return Err(misfit(part, columns));
                }
            };
            let (embedding, head) = if swap { (b.1, a.1) } else { (a.1, b.1) };
            Ok((embedding.weight, head))
        }
        (1, bias) => {
            let (name, module) = all.pop().unwrap_or_default();
            let tied = can_embed(&module) && inputs == hidden_size;
            if bias.is_some() || is_named(&name) {
                if !tied {
                    return Err(missing("nn.Linear"));
                }
                return Ok((module.weight, Module { weight: None, bias }));
            }
            if can_end(&module) {
                return Ok((None, module));
            }
            Err(misfit(module, hidden_size))
        }
        (0, _) => Err(missing("nn.Linear")),
        _ => {
            let fits = |module: &Module| can_embed(module) || can_end(module);
            let names = all.iter().filter(|(_, module)| !fits(module)).map(|(name, _)| name);
            let mut names: Vec<String> = names.map(|name| format!("{name}.weight")).collect();
            if names.is_empty() {
                names = all.iter().map(|(name, _)| format!("{name}.weight")).collect();
            }
            Err(ExchangeError::Unknown { names: names.into_iter().take(NAMED).collect() })
        }
    }
}

/// Why a module is neither the embedding nor the head.
fn misfit(module: Module, columns: usize) -> ExchangeError {
    match module.weight {
        Some(weight) => {
            let rows = weight.shape.first().copied().unwrap_or(0);
            shape(&weight, &[rows, columns])
        }
        None => missing("nn.Linear"),
    }
}

fn refuse(names: Vec<String>) -> Result<(), ExchangeError> {
    if names.is_empty() {
        return Ok(());
    }
    Err(ExchangeError::Unknown { names: names.into_iter().take(NAMED).collect() })
}

pub(super) fn missing(name: &str) -> ExchangeError {
    ExchangeError::Missing { name: name.to_owned() }
}

fn gates(tensor: &HostTensor) -> ExchangeError {
    ExchangeError::Gates { name: tensor.name.clone(), shape: tensor.shape.clone() }
}
