package articles

import "testing"

// What a person waits for when nothing is remembered: a cover and its thumb.
func BenchmarkCover(b *testing.B) {
	for b.Loop() {
		c, err := drawCover("秋季新茶：三款茶的产地与冲泡", "festive", nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := thumb(c); err != nil {
			b.Fatal(err)
		}
	}
}
