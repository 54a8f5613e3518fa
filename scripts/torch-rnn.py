"""Converts the weights of torch-rnn (https://github.com/jcjohnson/torch-rnn) to a PyTorch state dict.

    th export.lua cv/checkpoint_10000.t7 weights.h5
    python scripts/torch-rnn.py weights.h5 model.safetensors        needs: h5py, safetensors, numpy
    charnn import model.safetensors --from torch --vocab data/tiny_shakespeare.json

export.lua, in torch-rnn's folder:

    require 'torch'; require 'nn'; require 'hdf5'; require 'LanguageModel'
    local file = hdf5.open(arg[2], 'w')
    for i, p in ipairs((torch.load(arg[1]).model:parameters())) do file:write('/' .. i, p:float()) end
    file:close()
"""

import sys

import h5py
import numpy as np
from safetensors.numpy import save_file


def converted(parameters):
    """The tensors of LanguageModel.lua in order: embedding; weight [D + H, G * H] and bias of each layer; head."""
    embedding, *layers, head, head_bias = parameters
    tensors = {"embedding.weight": embedding, "head.weight": head, "head.bias": head_bias}
    inputs = embedding.shape[1]
    for index, (weight, bias) in enumerate(zip(layers[::2], layers[1::2], strict=True)):
        hidden = len(weight) - inputs
        gates = weight.shape[1] // hidden
        if gates == 4:  # i, f, o, g; PyTorch's order is i, f, g, o
            order = np.arange(4 * hidden).reshape(4, hidden)[[0, 1, 3, 2]].ravel()
            weight, bias = weight[:, order], bias[order]
        tensors[f"rnn.weight_ih_l{index}"] = weight[:inputs].T
        tensors[f"rnn.weight_hh_l{index}"] = weight[inputs:].T
        tensors[f"rnn.bias_ih_l{index}"] = bias
        inputs = hidden
    return {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}


if __name__ == "__main__":
    with h5py.File(sys.argv[1]) as file:
        parameters = [file[name][:] for name in sorted(file, key=int)]
    save_file(converted(parameters), sys.argv[2])
