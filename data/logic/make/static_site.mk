PAGES := index.html about.html

all: site.tar
site.tar: $(PAGES) style.css
	tar cf $@ $^
$(PAGES): %.html: %.md layout.tmpl
	./render $< > $@
style.css: style.scss
	sassc $< $@
