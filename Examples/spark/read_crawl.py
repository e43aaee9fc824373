"""Reads a crawl on Spark: every WARC file is a task, every page a line of JSON.

    spark-submit read_crawl.py --program /usr/local/bin/consomme --verb text PATHS OUTPUT

PATHS lists the WARC files, one a line, as every worker can open them (a shared file system, or s3 mounted). OUTPUT gets part-00000 and so
on, one for each file and in their order: put together they are what one process would have printed. Read it with spark.read.json(OUTPUT).
"""

import argparse
import shlex
from pathlib import Path

from pyspark.sql import SparkSession


def read_crawl(spark, paths, output, verb="text", program="consomme", options=(), compression=None):
    """Starts the job and waits for it."""
    script = str(Path(__file__).resolve().parent.parent / "read-pages.sh")
    command = shlex.join(["sh", script, verb, *options])
    # One task a file. A task that fails, or whose machine does, is begun anew; only whole tasks are committed to OUTPUT.
    tasks = spark.sparkContext.parallelize(paths, max(1, len(paths)))
    lines = tasks.pipe(command, env={"CONSOMME": program, "PATH": "/usr/local/bin:/usr/bin:/bin"}, checkCode=True)
    lines.saveAsTextFile(output, compressionCodecClass=compression)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="consomme", help="the program, as workers find it")
    parser.add_argument("--verb", default="text", help="links, text, markdown, check or fields")
    parser.add_argument("--gzip", action="store_true", help="compress the output")
    parser.add_argument("paths", help="a list of WARC files, one a line")
    parser.add_argument("output", help="a folder that does not exist yet, or an address Spark can write to")
    arguments, options = parser.parse_known_args()
    codec = "org.apache.hadoop.io.compress.GzipCodec" if arguments.gzip else None
    # Version 1 of the committer moves a task's output only when the job is done: nothing is seen twice.
    spark = (SparkSession.builder.appName("consomme")
             .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1").getOrCreate())
    paths = Path(arguments.paths).read_text().split("\n")
    read_crawl(spark, [path for path in paths if path], arguments.output, arguments.verb, arguments.program, options, codec)
    spark.stop()


if __name__ == "__main__":
    main()
