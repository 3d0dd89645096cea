"""The benchmark: one corpus, one set of queries, several search engines in turn.

How it is measured, the same for all:

- *A page* is the 20 most relevant articles (the newest where no word is asked for), the total, the
  50 most frequent parties and places, a histogram by year, and 20 snippets with marks. Headlines
  weigh more than bodies. No engine keeps texts: those of the page are read from one mapped file.
  Where a query filters by a facet, this archive counts that facet without its own filter, as its
  pages do; the others count it under the filter, which is less work.
- *Words* are stemmed by this archive and put in lower case by the others. The words that are asked
  for have no inflections, so that totals and counts must agree, and are checked to.
- *CPU time* is that of all threads, ended children and, for PostgreSQL, the server's processes.
  Indexing counts everything from the first article to an index that is committed, merged and
  ready, less what the thread that hands over the articles spends on making them.
- *Warm* figures are medians over several rounds of all queries in one process. *Caches cold* is
  the first round of a fresh process, with index and texts dropped from the page cache before.
- *Open and first page* is the wall clock of opening the index and answering a common word, caches
  cold, in the median of three fresh processes with their modules imported; for PostgreSQL it holds
  the start of the server.
- *Private memory* is what the process would need once more beside another one that maps the same
  files.
- *An edit is seen after* the wall clock from handing over a changed article until a reader that was
  open before finds it, in the median of five.
"""
