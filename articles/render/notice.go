package render

import "strings"

// notice writes what is said of the article as a whole, below everything else.
func (w *writer) notice() {
	said := strings.Join(strings.Fields(w.o.Notice), " ")
	if said == "" {
		return
	}
	if text := w.text.String(); text != "" && !strings.HasSuffix(text, "\n") {
		w.text.WriteByte('\n')
	}
	w.text.WriteString(said)
	w.open("p", "note")
	w.appendSpaced(said)
	w.close()
}
