import type { Problem } from '@cp-whisperx-app/problem';

/** What else has a name in the workspace, so that a stage can't have it. */
export interface TakenNames {
  /** Names of Nx projects. */
  readonly projects: ReadonlySet<string>;
  /** Names of Python packages, normalised as in PEP 503. */
  readonly packages: ReadonlySet<string>;
  /** Projects by the names of their images. */
  readonly images: ReadonlyMap<string, string>;
}

/**
 * Why a stage can't have this name, or undefined where it can. The name is that of a folder, of a repository in a
 * registry (OCI distribution specification 1.1, "Pulling manifests"), of an Nx project and of `/app/NAME.py`.
 * @param image the name that its image would have
 */
export function nameProblem(
  name: string,
  folder: string,
  image: string,
  taken: TakenNames,
): Problem | undefined {
  const mend = 'npx nx g @cp-whisperx-app/nx-images:stage ANOTHER-NAME --device cpu|gpu';
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > LONGEST)
    return {
      code: 'stage-name',
      message: `"${name}" is no name of a stage: a letter first, then letters, digits and single hyphens, all in lower case, ${String(LONGEST)} at most`,
      mend,
    };
  // A script lies first on Python's path: /app/torch.py would be what `import torch` finds.
  if (MODULES.has(name) || taken.packages.has(name))
    return {
      code: 'stage-name',
      message: `${name}.py would be found in place of the Python package ${name}`,
      mend,
    };
  if (taken.projects.has(name))
    return { code: 'stage-exists', message: `there is a project ${name}`, file: folder, mend };
  const owner = taken.images.get(image);
  if (owner !== undefined)
    return { code: 'stage-name', message: `its image would be ${image}, which is ${owner}'s`, mend };
  return undefined;
}

/** With the longest description, the first line of the script is as long as its formatter lets it be. */
const LONGEST = 30;

/** `sys.stdlib_module_names` of Python 3.11 that are names of stages too, and what lies in /app beside the script. */
const MODULES: ReadonlySet<string> = new Set(
  `stagekit
  abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect
  builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent
  configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis
  distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib
  functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib
  imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap
  marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers
  opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix
  posixpath pprint profile pstats pty pwd pyclbr pydoc pyexpat queue quopri random re readline reprlib resource
  rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket
  socketserver spwd sqlite3 ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog
  tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace
  traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref
  webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`.split(/\s+/),
);
