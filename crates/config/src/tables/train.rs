//! `[train]`: optimization, its length, and the device.

use crate::values::{DeviceChoice, TimeLimit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[train]`: optimization, its length, and the device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Which characters the network learns to predict.
    #[schemars(extend("x-zh" = "网络学习预测哪些字符。"))]
    pub predict: Predict,
    /// Sequences per batch.
    #[schemars(range(min = 1, max = 65_536))]
    #[schemars(extend("x-zh" = "批大小：每个批次的序列数。"))]
    pub batch_size: usize,
    /// Batches whose gradients are added before one update. The update equals that of one batch as large
    /// as all of them, in the memory of one.
    #[schemars(range(min = 1, max = 65_536))]
    #[schemars(extend("x-zh" = "梯度累积：多少个批次的梯度相加后更新一次。结果等同于一个大批次，内存只需一个批次。"))]
    pub gradient_accumulation: u64,
    /// Groups of batch rows whose gradients are computed one after the other and then added in pairs. Up to
    /// so many processes can share a batch, with the same result to the last bit for any number of them.
    #[schemars(range(min = 1, max = 4096))]
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "梯度分组：批内序列分成多少组，各组的梯度依次计算，再两两相加。最多可由这么多个进程分担一个批次，进程数不影响结果的任何一位。"))]
    pub gradient_groups: usize,
    /// Characters per sequence: how far back gradients reach.
    #[schemars(range(min = 1, max = 65_536))]
    #[schemars(extend("x-zh" = "序列长度：每个序列的字符数，即梯度回传的距离。"))]
    pub seq_length: usize,
    /// Passes over the training text.
    #[schemars(range(min = 1))]
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "训练轮数：完整读取训练文本多少遍。"))]
    pub epochs: u64,
    /// Stop after this many steps, even if the epochs are not finished; 0 for no limit.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "最多训练多少步，即使各轮尚未完成；0 表示不限。"))]
    pub max_steps: u64,
    /// Stop after this much training time, such as `"10m"`; empty for no limit. The learning rate
    /// schedule still follows the steps.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "最长训练时间，例如 \"10m\"；留空表示不限。学习率调度仍按步数进行。"))]
    pub max_time: TimeLimit,
    /// Stop after this many evaluations without a lower validation loss; 0 turns early stopping off.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "验证损失连续多少次评估没有下降就提前停止；0 表示关闭。"))]
    pub early_stop_patience: u64,
    /// What to do when the loss is not finite.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "损失不是有限数时怎么办。"))]
    pub on_nonfinite: OnNonfinite,
    /// The optimizer.
    #[schemars(extend("x-zh" = "优化器。"))]
    pub optimizer: OptimizerKind,
    /// The highest learning rate, after warmup.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 10.0))]
    #[schemars(extend("x-zh" = "最高学习率（预热之后）。"))]
    pub learning_rate: f64,
    /// How the learning rate changes after warmup.
    #[schemars(extend("x-zh" = "预热之后学习率如何变化。"))]
    pub lr_schedule: Schedule,
    /// The lowest learning rate of the schedule, as a share of `learning_rate`.
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("x-zh" = "调度的最低学习率，以 learning_rate 的比例表示。"))]
    pub lr_min_factor: f64,
    /// The factor by which the schedules `exponential` and `step` multiply the learning rate.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 1.0))]
    #[schemars(extend("x-zh" = "exponential 和 step 调度每次将学习率乘以的系数。"))]
    pub lr_decay_factor: f64,
    /// Steps in which the schedules `exponential` and `step` multiply the learning rate once.
    #[schemars(range(min = 1))]
    #[schemars(extend("x-zh" = "exponential 和 step 调度每隔多少步乘一次系数。"))]
    pub lr_decay_steps: u64,
    /// Steps in which the learning rate first rises linearly from 0.
    #[schemars(extend("x-zh" = "预热步数：学习率从 0 线性上升的步数。"))]
    pub warmup_steps: u64,
    /// The factor for the learning rate when the validation loss stops falling; 1 turns it off.
    #[schemars(extend("exclusiveMinimum" = 0.0), range(max = 1.0))]
    #[schemars(extend("x-zh" = "验证损失不再下降时学习率乘以的系数；1 表示关闭。"))]
    pub plateau_factor: f64,
    /// Evaluations without a lower validation loss before `plateau_factor` applies.
    #[schemars(extend("x-zh" = "验证损失连续多少次评估没有下降后才应用 plateau_factor。"))]
    pub plateau_patience: u64,
    /// Adam's decay rate for the mean of the gradient.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "Adam 一阶矩（梯度均值）的衰减率。"))]
    pub adam_beta1: f64,
    /// Adam's decay rate for the mean of the squared gradient.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "Adam 二阶矩（梯度平方均值）的衰减率。"))]
    pub adam_beta2: f64,
    /// The term that keeps Adam and `RMSProp` from dividing by zero.
    #[schemars(range(min = 1e-30), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "Adam 和 RMSProp 中防止除以零的小量 ε。"))]
    pub adam_epsilon: f64,
    /// `RMSProp`'s decay rate for the mean of the squared gradient.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "RMSProp 梯度平方均值的衰减率。"))]
    pub rmsprop_alpha: f64,
    /// Momentum of SGD and `RMSProp`; 0 for none.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    #[schemars(extend("x-zh" = "SGD 和 RMSProp 的动量；0 表示不用。"))]
    pub momentum: f64,
    /// Whether SGD uses Nesterov momentum.
    #[schemars(extend("x-zh" = "SGD 是否使用 Nesterov 动量。"))]
    pub nesterov: bool,
    /// Weight decay: added to the gradient by adam, rmsprop and sgd, decoupled from it in adamw,
    /// keras-adam and keras-rmsprop; 0 for none.
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("x-zh" = "权重衰减：adam、rmsprop、sgd 加到梯度上，adamw、keras-adam、keras-rmsprop 与梯度解耦；0 表示不用。"))]
    pub weight_decay: f64,
    /// The largest global norm of the gradient; larger gradients are scaled down. 0 for no clipping.
    #[schemars(range(min = 0.0, max = 1e6))]
    #[schemars(extend("x-zh" = "梯度裁剪：全局范数超过此值时按比例缩小；0 表示不裁剪。"))]
    pub grad_clip: f64,
    /// The random seed. The same seed gives the same network on the same device.
    #[schemars(extend("x-zh" = "随机种子。同一设备上，相同的种子得到相同的网络。"))]
    pub seed: u64,
    /// Where to train; `auto` times a few steps on a GPU, if there is one, and on the CPU, and takes the faster.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "在哪个设备上训练；auto 在 GPU（若有）和 CPU 上各试几步，取较快者。"))]
    pub device: DeviceChoice,
    /// The graphics adapter for `device = "gpu"` or `"auto"`: its number in the list of devices, or a part of
    /// its name. Empty for the first.
    #[schemars(extend("x-resume" = true))]
    #[schemars(extend("x-zh" = "device 为 gpu 或 auto 时使用的图形适配器：设备列表中的编号，或名称的一部分；留空则用第一个。"))]
    pub adapter: String,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            predict: Predict::All,
            batch_size: 16,
            gradient_accumulation: 1,
            gradient_groups: 1,
            seq_length: 64,
            epochs: 10,
            max_steps: 0,
            max_time: TimeLimit::NONE,
            early_stop_patience: 0,
            on_nonfinite: OnNonfinite::Stop,
            optimizer: OptimizerKind::Adam,
            learning_rate: 8e-3,
            lr_schedule: Schedule::Cosine,
            lr_min_factor: 0.0,
            lr_decay_factor: 0.5,
            lr_decay_steps: 1000,
            warmup_steps: 50,
            plateau_factor: 1.0,
            plateau_patience: 2,
            adam_beta1: 0.9,
            adam_beta2: 0.999,
            adam_epsilon: 1e-8,
            rmsprop_alpha: 0.99,
            momentum: 0.0,
            nesterov: false,
            weight_decay: 0.0,
            grad_clip: 1.0,
            seed: 1,
            device: DeviceChoice::Auto,
            adapter: String::new(),
        }
    }
}

/// Which characters a network learns to predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Predict {
    /// The next character at every position of a continuous text; the state carries over.
    #[schemars(extend("x-zh" = "连续文本中每个位置的下一个字符；状态在批次之间保留。"))]
    All,
    /// Only the character after each window; every window starts from a zero state.
    #[schemars(extend("x-zh" = "只预测每个窗口之后的一个字符；每个窗口都从零状态开始。"))]
    Last,
}

/// What to do when the loss is not finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnNonfinite {
    /// Keep the last good network and stop.
    #[schemars(extend("x-zh" = "保留最后一个正常的网络并停止。"))]
    Stop,
    /// Return to the last checkpoint and continue with half the learning rate, at most three times.
    #[schemars(extend("x-zh" = "回到上一个检查点，以一半的学习率继续，最多三次。"))]
    Rollback,
}

/// An optimizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerKind {
    /// Adam as in the paper and in PyTorch.
    #[schemars(extend("x-zh" = "Adam，与论文和 PyTorch 一致。"))]
    Adam,
    /// Adam with decoupled weight decay, as in PyTorch.
    #[serde(rename = "adamw")]
    #[schemars(extend("x-zh" = "带解耦权重衰减的 Adam，与 PyTorch 一致。"))]
    AdamW,
    /// Adam as in Keras and TensorFlow, which place ε elsewhere and decouple weight decay.
    #[schemars(extend("x-zh" = "Keras 和 TensorFlow 的 Adam：ε 的位置不同，权重衰减解耦。"))]
    KerasAdam,
    /// `RMSProp` as in PyTorch, with ε outside the root.
    #[serde(rename = "rmsprop")]
    #[schemars(extend("x-zh" = "RMSProp，与 PyTorch 一致，ε 在根号外。"))]
    RmsProp,
    /// `RMSProp` as in Keras and TensorFlow: ε inside the root, decoupled weight decay.
    #[serde(rename = "keras-rmsprop")]
    #[schemars(extend("x-zh" = "Keras 和 TensorFlow 的 RMSProp：ε 在根号内，权重衰减解耦。"))]
    KerasRmsProp,
    /// Stochastic gradient descent, optionally with momentum.
    #[schemars(extend("x-zh" = "随机梯度下降，可加动量。"))]
    Sgd,
}

/// How the learning rate changes after warmup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// It stays the same.
    #[schemars(extend("x-zh" = "保持不变。"))]
    Constant,
    /// It falls along half a cosine wave, to its lowest at the last step.
    #[schemars(extend("x-zh" = "按半个余弦波下降，最后一步降到最低。"))]
    Cosine,
    /// It falls by `lr_decay_factor` in `lr_decay_steps` steps, a little at every step.
    #[schemars(extend("x-zh" = "每一步都略微下降，每 lr_decay_steps 步累计乘以 lr_decay_factor。"))]
    Exponential,
    /// It falls by `lr_decay_factor` every `lr_decay_steps` steps, at once.
    #[schemars(extend("x-zh" = "每 lr_decay_steps 步一次性乘以 lr_decay_factor。"))]
    Step,
}
