report.md: summary.json map.png
summary.json: clean.csv summarise.R
	Rscript summarise.R
map.png: clean.csv borders.geojson
	./draw-map
clean.csv: raw.csv | tmp
	./tidy raw.csv > $@
tmp:
	mkdir tmp
