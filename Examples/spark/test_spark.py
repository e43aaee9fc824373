"""Runs read_crawl.py on three workers, kills one half-way and compares with one process: test_spark.py PROGRAM [PAGES [FILES]]"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = os.path.abspath(sys.argv[1])
PAGES, FILES = (int(word) for word in (sys.argv[2:] + ["480", "24"][len(sys.argv) - 2:]))


def executors():
    """The processes of Spark's executors that this one started: their id and process id."""
    parents, found = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status, words = (entry / "status").read_text(), (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        pid = int(entry.name)
        parents[pid] = int(status.split("PPid:")[1].split()[0])
        if "org.apache.spark.executor.CoarseGrainedExecutorBackend" in words and "--executor-id" in words:
            found[words[words.index("--executor-id") + 1]] = pid

    def is_ours(pid):
        while pid > 1 and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()

    return {name: pid for name, pid in found.items() if is_ours(pid)}


def kill_half_way(spark, killed):
    tracker = spark.sparkContext.statusTracker()
    while not killed:
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        if any(stage and stage.numCompletedTasks >= FILES // 2 for stage in stages):
            name, pid = sorted(executors().items())[0]
            os.kill(pid, signal.SIGKILL)
            killed.append(name)
        time.sleep(0.02)


def main():
    import pyspark
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from read_crawl import read_crawl

    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{number:02}.warc.gz" for number in range(FILES)]
        subprocess.run([sys.executable, HERE.parent.parent / "scripts/make_warc.py", str(PAGES), *paths], check=True)
        # A file with a damaged record and one that is missing: their errors are lines, too.
        data = bytearray(Path(paths[3]).read_bytes())
        data[len(data) // 2] ^= 0xFF
        Path(paths[3]).write_bytes(data)
        paths.insert(5, f"{folder}/missing.warc.gz")

        command = [PROGRAM, "text", "--format", "jsonl", "--quiet", "--jobs", "1", *paths]
        single = subprocess.run(command, capture_output=True, check=False)
        assert single.returncode == 2, single.stderr.decode()

        spark = (pyspark.sql.SparkSession.builder.master("local-cluster[3,1,1024]").appName("test-spark")
                 .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1")
                 .config("spark.ui.enabled", "false").config("spark.log.level", "ERROR")
                 .config("spark.executor.memory", "512m").config("spark.driver.bindAddress", "127.0.0.1")
                 .config("spark.driver.host", "127.0.0.1").config("spark.local.dir", folder)
                 .config("spark.worker.dir", folder).getOrCreate())
        killed = []
        threading.Thread(target=kill_half_way, args=(spark, killed), daemon=True).start()
        output = f"{folder}/out"
        start = time.monotonic()
        read_crawl(spark, paths, output, "text", PROGRAM)
        seconds = time.monotonic() - start
        spark.stop()

        parts = sorted(Path(output).glob("part-*"))
        assert len(parts) == FILES + 1 and (Path(output) / "_SUCCESS").exists(), parts
        together = b"".join(part.read_bytes() for part in parts)
        lines = together.count(b"\n")
        assert killed, "no worker was killed: give more pages"
        assert together == single.stdout, f"{lines} lines from Spark, {single.stdout.count(10)} from one process: they differ"
        errors = lines - together.count(b'"error":null')
        assert errors >= 2, "the damaged and the missing file left no lines"
        print(f"spark: {lines} pages ({errors} errors) of {FILES + 1} files on 3 workers in {seconds:.1f} s, "
              f"executor {killed[0]} killed half-way: the same bytes as one process")


if __name__ == "__main__":
    main()
