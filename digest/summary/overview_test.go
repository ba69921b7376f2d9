package summary

import (
	"testing"
)

func TestOverview(t *testing.T) {
	t.Parallel()
	bridge := Source{Title: "Bridge opens", Excerpt: "It was a grey day. The iron bridge over the river Aln opened to walkers on Saturday. But nobody sang."}
	repair := Source{Title: "Repair of the bridge", Excerpt: "The repair of the iron bridge over the Aln cost 3.4 million crowns. They paid a third."}
	mill := Source{Title: "The mill", Excerpt: "The old stone mill beside the iron bridge will be a museum of the river."}
	for _, tc := range []struct {
		name    string
		sources []Source
		shown   []string
		want    []Pick
	}{
		{"none", nil, nil, nil},
		{"one article", []Source{bridge}, nil, nil},
		{"two", []Source{bridge, repair}, nil, []Pick{{1, "The repair of the iron bridge over the Aln cost 3.4 million crowns."}}},
		{"three", []Source{bridge, repair, mill}, nil, []Pick{{0, "The iron bridge over the river Aln opened to walkers on Saturday."}, {1, "The repair of the iron bridge over the Aln cost 3.4 million crowns."}}},
		{"the same in two", []Source{bridge, {Title: "Bridge", Excerpt: "The iron bridge over the river Aln opened to walkers on Saturday."}, {Title: "C", Excerpt: "Rain."}}, nil, []Pick{{1, "The iron bridge over the river Aln opened to walkers on Saturday."}}},
		{"without a sentence", []Source{{Title: "A"}, {Title: "B"}}, nil, nil},
		{"leaning", []Source{{Title: "A", Excerpt: "However, the iron bridge over the river Aln opened to walkers."}, {Title: "B", Excerpt: "They say that the iron bridge over the river Aln is open."}}, nil, nil},
		{"all shown below", []Source{bridge, repair}, []string{bridge.Excerpt, repair.Excerpt}, nil},
		{"shown below with a mark more", []Source{bridge, repair}, []string{"The iron bridge (over the Aln) opened to walkers on Saturday.", repair.Excerpt}, nil},
		{"shown below as a title", []Source{{Title: "The repair of the iron bridge over the Aln cost 3.4 million crowns", Excerpt: repair.Excerpt}, bridge}, []string{"", bridge.Excerpt}, nil},
		{"shown below", []Source{bridge, repair}, []string{"", repair.Excerpt}, []Pick{{0, "The iron bridge over the river Aln opened to walkers on Saturday."}}},
	} {
		got := Overview(tc.sources, tc.shown)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %+v", tc.name, got)
			continue
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s\n got %+v\nwant %+v", tc.name, got[i], tc.want[i])
			}
		}
	}
}
