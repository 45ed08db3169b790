import { expect, test } from 'vitest';
import { aptLists, installsPython, installsSystem, pipPackages } from './shell.ts';

test.each<[text: string, names: readonly string[]]>([
  ['pip install torch==2.8.0 nvidia-cublas-cu12==12', ['torch', 'nvidia-cublas-cu12']],
  ['pip3 install --no-cache-dir torch', ['torch']],
  ['python3 -m pip install torch', ['torch']],
  ['python3 -mpip install torch', ['torch']],
  ['uv pip install --system "torch>=2"', ['torch']],
  ['pip install https://x/y/numpy-2.0.2-cp311-cp311-linux_x86_64.whl', ['numpy']],
  ['pip install /wheels/nvidia_cublas_cu12-12.8-py3-none-any.whl', ['nvidia-cublas-cu12']],
  ['pip install https://x/scikit-learn-1.5.tar.gz#sha256=00', ['scikit-learn']],
  ['pip install git+https://github.com/tqdm/tqdm', ['tqdm']],
  ['pip install git+ssh://git@github.com/tqdm/tqdm.git@release/4', ['tqdm']],
  ['pip install "git+https://x/fork.git@v1#egg=tqdm"', ['tqdm']],
  ['pip install -e git+https://x/fork#egg=tqdm', ['tqdm']],
  ['pip install "tqdm @ git+https://x/tqdm"', ['tqdm']],
  ['pip install --index-url https://x/torch-2.whl rich', ['rich']],
  ['pip install /wheels/*.whl . -e ./src -r torch.txt', []],
  ['echo "pip install torch"', []],
  ['grep pip install.log torch', []],
])('%s gives pip %j', (text, names) => {
  expect(pipPackages(text)).toEqual(names);
});

test.each<[text: string, system: boolean, python: boolean]>([
  ['python3 -mpip install x', false, true],
  ['apt-get install -y python3-pip', true, false],
  ['echo "run apt-get install x"', false, false],
  ["set -e; printf 'apt-get install x'", false, false],
  ['apt-get install echo', true, false],
])('%s installs system packages: %s, Python: %s', (text, system, python) => {
  expect([installsSystem(text), installsPython(text)]).toEqual([system, python]);
});

test.each<[after: string, leaves: boolean]>([
  ['&& rm -rf /var/lib/apt/lists/*', false],
  ['&& rm -rf /tmp/x /var/lib/apt/lists /root', false],
  ['&& rm -rf "/var/lib/apt/lists/"*', false],
  ['&& rm -rf /var/lib/apt/*', false],
  ['; find /var/lib/apt/lists -type f -delete', false],
  ['&& cd /var/lib/apt && rm -rf lists/*', false],
  ['&& cd /var/lib/apt/lists && rm -rf *', false],
  ['|| true; rm -rf /var/lib/apt/lists/*', false],
  ['|| rm -rf /var/lib/apt/lists/*', true],
  ['&& echo "rm -rf /var/lib/apt/lists/*"', true],
  ['&& echo rm -rf /var/lib/apt/lists/*', true],
  ['&& rm -f /var/lib/apt/lists/lock', true],
  ['&& rm -rf /var/lib/apt/lists/partial', true],
  ['&& find /var/lib/apt/lists -name lock -delete', true],
  ['&& find /var/lib/apt/lists -type f', true],
  ['&& cd /opt && rm -rf lists/*', true],
])('apt-get install x %s leaves lists: %s', (after, leaves) => {
  expect(aptLists(`apt-get install -y x ${after}`) !== undefined).toBe(leaves);
});

test('who only says apt-get install leaves no lists', () => {
  expect(aptLists('echo "run apt-get install x"')).toBeUndefined();
});
