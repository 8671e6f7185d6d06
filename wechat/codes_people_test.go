package wechat

import "testing"

// TestPeopleCodesHaveWords: each code that the pages of these families name has words.
func TestPeopleCodesHaveWords(t *testing.T) {
	t.Parallel()
	for api, named := range map[string][]int{
		"custom/send":             {-1, 40001, 40003, 40007, 40013, 43004, 45008, 45015, 45047, 48002, 48008, 70000},
		"tags/create":             {-1, 40001, 41001, 42001, 45009, 45056, 45157, 45158, 48001},
		"tags/update, delete":     {44002, 45057, 45058, 47001, 61004},
		"batchtagging and untags": {40003, 40032, 44002, 45009, 45011, 45059, 45159, 45169, 45171, 49003, 50002, 50005, 61007, 61016},
		"qrcode/create":           {-1, 40052, 40053, 45009, 48001},
		"comment":                 {45009, 87009, 88000, 88001, 88002, 88003, 88004, 88005, 88007, 88008, 88009, 88010},
	} {
		for _, code := range named {
			if _, ok := codes[code]; !ok {
				t.Errorf("%s: %d has no words", api, code)
			}
		}
	}
}
