thesis.pdf: thesis.tex figures.pdf refs.bib
	latexmk -pdf thesis.tex
figures.pdf: plot.py results.csv
	python plot.py
results.csv: simulate.py
	python simulate.py > $@
clean:
	rm -f *.pdf
.PHONY: clean
