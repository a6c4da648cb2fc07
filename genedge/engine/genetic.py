"""Algorithm 1 of the paper: a genetic search for the decision of least C(y), Eq. 12.

A candidate is a 0/1 vector over the whole catalog, held as a bit set; the requested model's gene
is 1. In each generation:

1. survival: the best ``elites`` candidates pass unchanged;
2. selection: parents by tournament;
3. crossover: with ``crossover_probability`` a pair exchanges each gene with probability 1/2;
4. mutation: every gene flips with ``mutation_probability``;
5. repair: while constraints 1-3 do not hold, the gene of least keep value per largest share of a
   capacity is cleared (with repair off, an infeasible candidate has infinite cost);
6. evaluation: C(y); candidates closer than 1e-12 are compared by fewer models.

It stops after ``generations``, or ``patience`` generations without a better best. What is applied
is the best candidate's part within deployed + requested: nobody asked for the rest.

C(y) = (switching cost of evicting all) - (sum of keep values over y), so a candidate is evaluated
by adding up one table entry for every four genes. The functions called for each candidate have one
way out: with several, the compiler counts references to every array, which took most of the time.
"""

import numpy as np

from genedge.engine.bits import set_bits
from genedge.engine.chance import below, draw, unit
from genedge.engine.compiled import compiled, lean
from genedge.engine.cost import TIE, TOLERANCE

GENES = 4
"""Genes evaluated by one table look-up."""
LANES = 4
"""Keep value, storage, GPU memory, power."""
_ONE, _ALL = np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_LOW, _HALF = np.uint64(2**GENES - 1), np.uint64(32)


@compiled(inline="always")
def _gene_table(value, size):
    """``[ceil(M / 4), 16, 4]``: what each pattern of four genes adds to value and footprint."""
    models = value.size
    table = np.zeros(((models + GENES - 1) // GENES, 1 << GENES, LANES))
    for group in range(table.shape[0]):
        for pattern in range(1, 1 << GENES):
            rest = pattern & (pattern - 1)  # without its lowest gene
            gene = GENES * group
            while (pattern ^ rest) >> (gene - GENES * group) != 1:
                gene += 1
            for lane in range(LANES):
                table[group, pattern, lane] = table[group, rest, lane]
            if gene < models:
                table[group, pattern, 0] += value[gene]
                for k in range(3):
                    table[group, pattern, 1 + k] += size[gene, k]
    return table


@lean()
def _better(cost, models, other_cost, other_models):
    """Whether one candidate beats another: by cost to 1e-12, then by fewer models."""
    # & and | rather than "and" and "or": nobody can predict these branches.
    fewer = (models < other_models) & (cost <= other_cost + TIE)
    return (cost < other_cost - TIE) | fewer


@compiled(inline="always")
def _repair_order(value, size, capacity):
    """Rows by ascending keep value per largest share of a capacity: the first leave first."""
    order = np.zeros(value.size, np.int64)
    merit = np.zeros(value.size)
    for row in range(value.size):
        share = 0.0
        for k in range(3):
            if size[row, k] > 0.0:
                share = max(share, size[row, k] / capacity[k] if capacity[k] > 0.0 else np.inf)
        merit[row] = value[row] / share if share > 0.0 else np.inf  # frees nothing: leaves last
        place = row
        while place > 0 and merit[order[place - 1]] > merit[row]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = row
    return order


@lean()
def _evaluate(genes, i, table, limit, base, repair, order, requested, value, size):
    """Repair candidate ``genes[i]`` in place and return its cost C(y); infinite if infeasible."""
    worth, storage, gpu, power = 0.0, 0.0, 0.0, 0.0
    for group in range(table.shape[0]):
        place = GENES * group
        entry = np.int64((genes[i, place >> 6] >> np.uint64(place & 63)) & _LOW)
        worth += table[group, entry, 0]
        storage += table[group, entry, 1]
        gpu += table[group, entry, 2]
        power += table[group, entry, 3]
    place = 0
    over = storage > limit[0] or gpu > limit[1] or power > limit[2]
    while repair and over and place < order.size:
        row = order[place]
        place += 1
        bit = _ONE << np.uint64(row & 63)
        if row != requested and genes[i, row >> 6] & bit:
            genes[i, row >> 6] ^= bit
            worth -= value[row]
            storage -= size[row, 0]
            gpu -= size[row, 1]
            power -= size[row, 2]
            over = storage > limit[0] or gpu > limit[1] or power > limit[2]
    return np.inf if over and not repair else base - worth


@lean()
def _models_in(genes, i):
    """Number of models in candidate ``genes[i]``."""
    models = np.int64(0)
    for w in range(genes.shape[1]):
        models += np.int64(set_bits(genes[i, w]))
    return models


@lean()
def _tournament(costs, models, first, people, rounds, key, number):
    """Index of the best of ``rounds`` candidates drawn from the ``people`` starting at ``first``.

    One draw serves two of them.
    """
    word = draw(key, number)
    winner = first + below(word, people)
    for turn in range(1, rounds):
        if turn % 2 == 0:
            word = draw(key, number + turn // 2)
            rival = first + below(word, people)
        else:
            rival = first + below(word << _HALF, people)
        if _better(costs[rival], models[rival], costs[winner], models[winner]):
            winner = rival
    return winner


@lean(inline="always")
def _mutate(genes, i, first_flip, key, number):
    """Flip each gene with the mutation probability; returns the next draw's number.

    ``first_flip [M]`` is the probability that the first flip comes at or before gene k, so that
    one draw skips straight to the next flip.
    """
    last = first_flip.size - 1
    gene = 0
    chance = unit(draw(key, number))
    number += 1
    while gene <= last and chance < first_flip[last - gene]:
        skipped = 0
        while first_flip[skipped] <= chance:
            skipped += 1
        gene += skipped
        genes[i, gene >> 6] ^= _ONE << np.uint64(gene & 63)
        gene += 1
        chance = unit(draw(key, number))
        number += 1
    return number


@lean()
def _elite(costs, models, first, taken):
    """Index of the best candidate from ``first`` on that is not taken yet; marks it taken."""
    best = -1
    for i in range(first, first + taken.size):
        if taken[i - first] == 0 and (
            best < 0 or _better(costs[i], models[i], costs[best], models[best])
        ):
            best = i
    taken[best - first] = 1
    return best


@lean(inline="always")
def _first_generation(genes, people, rows, deployed, seed_deployment, key):
    """Random candidates over ``rows`` genes, the first one what is deployed if so asked."""
    words = genes.shape[1]
    last = _ALL >> np.uint64(64 * words - rows)  # bits beyond the catalog stay clear
    for i in range(people):
        for w in range(words):
            genes[i, w] = draw(key, words * i + w) & (last if w == words - 1 else _ALL)
    if seed_deployment:
        for w in range(words):
            genes[0, w] = 0
        for row in range(rows):
            if deployed[row]:
                genes[0, row >> 6] |= _ONE << np.uint64(row & 63)


@lean(inline="always")
def _make_fit(keep, requested, order, size, limit):
    """Clear rows of ``keep`` in this order until constraints 1-3 hold.

    They hold already, unless the search ran without repair and met no feasible candidate, or its
    sums lost digits: next to a model of 1e9 GB nobody sees whether two small ones fit.
    """
    for row in order:
        fits = True
        for k in range(3):
            total = 0.0
            for other in range(keep.size):
                if keep[other]:
                    total += size[other, k]
            fits = fits and total <= limit[k]
        if fits:
            return
        if row != requested:
            keep[row] = 0


@lean(inline="always")
def _record(recorded, generation, genes, costs, first):
    """Take in the generation that starts at row ``first``, as it was evaluated."""
    for i in range(recorded.cost.shape[1]):
        recorded.cost[generation, i] = costs[first + i]
        for w in range(genes.shape[1]):
            recorded.genes[generation, i, w] = genes[first + i, w]


@compiled()
def choose_genetic(
    keep, deployed, requested, value, base, size, capacity, genetics, key, best_known, recorded
):
    """Fill ``keep [M]`` (uint8) with the deployment that Algorithm 1 finds.

    ``deployed [M]`` is the state x, ``value [M]`` the keep values (less the resource price alone
    for models not in x), ``base`` the cost of keeping none, ``size [M, 3]`` and ``capacity [3]``
    as in constraints 1-3, ``genetics`` the parameters, ``key`` the chances of this request,
    ``best_known [W]`` the exact best decision, as words, where it is known, else zeros: once the
    search has found it nothing can be better, so that the rest of it need not be run to know what
    it ends with, and when.
    ``recorded``, a :class:`~genedge.engine.arrays.Generations` with room for all generations and
    the first, takes in every candidate; None where nobody looks. Returns the number of
    generations run.
    """
    rows = value.size
    words = (rows + 63) // 64
    people = genetics.population
    limit = np.zeros(3)
    for k in range(3):
        limit[k] = capacity[k] * (1.0 + TOLERANCE)
    table = _gene_table(value, size)
    order = _repair_order(value, size, capacity)
    first_flip = np.zeros(rows)
    stays = 1.0
    for gene in range(rows):
        stays *= 1.0 - genetics.mutation_probability
        first_flip[gene] = 1.0 - stays
    word_of, bit_of = requested >> 6, _ONE << np.uint64(requested & 63)

    # Two generations in one array, each with a row to spare for the second child of an odd last
    # pair; exchanging two arrays in the loop would count references.
    genes = np.zeros((2 * (people + 1), words), np.uint64)
    costs = np.zeros(2 * (people + 1))
    models = np.zeros(2 * (people + 1), np.int64)
    old, new = np.int64(0), np.int64(people + 1)
    taken = np.zeros(people, np.uint8)
    best = np.zeros((1, words), np.uint64)

    _first_generation(genes, people, rows, deployed, genetics.seed_deployment, key)
    number = people * words
    for i in range(people):
        genes[i, word_of] |= bit_of
        if recorded is not None:
            for w in range(words):
                recorded.born[0, i, w] = genes[i, w]
        costs[i] = _evaluate(
            genes, i, table, limit, base, genetics.repair, order, requested, value, size
        )
        models[i] = _models_in(genes, i)
    if recorded is not None:
        _record(recorded, 0, genes, costs, old)
    first_best = _elite(costs, models, old, taken)
    taken[first_best] = 0
    best_cost, best_models = costs[first_best], models[first_best]
    for w in range(words):
        best[0, w] = genes[first_best, w]

    waited, generation = 0, 0
    while generation < genetics.generations and waited < genetics.patience:
        if waited == 0 and recorded is None:
            found = True
            for w in range(words):
                found = found and best[0, w] == best_known[w]
            if found:
                generation = min(genetics.generations, generation + genetics.patience)
                break
        generation += 1
        waited += 1
        born = min(genetics.elites, people)
        for i in range(born):
            elite = _elite(costs, models, old, taken)
            costs[new + i], models[new + i] = costs[elite], models[elite]
            for w in range(words):
                genes[new + i, w] = genes[elite, w]
                if recorded is not None:
                    recorded.born[generation, i, w] = genes[elite, w]
        if born > 0:
            for i in range(people):
                taken[i] = 0
        while born < people:
            mother = _tournament(costs, models, old, people, genetics.tournament, key, number)
            number += (genetics.tournament + 1) // 2
            father = _tournament(costs, models, old, people, genetics.tournament, key, number)
            number += (genetics.tournament + 1) // 2
            cross = unit(draw(key, number)) < genetics.crossover_probability
            number += 1
            for w in range(words):
                exchanged = np.uint64(0)
                if cross:
                    exchanged = (genes[mother, w] ^ genes[father, w]) & draw(key, number)
                    number += 1
                genes[new + born, w] = genes[mother, w] ^ exchanged
                genes[new + born + 1, w] = genes[father, w] ^ exchanged
            for child in range(new + born, new + min(born + 2, people)):
                parent = mother if child == new + born else father
                number = _mutate(genes, child, first_flip, key, number)
                genes[child, word_of] |= bit_of
                if recorded is not None:
                    for w in range(words):
                        recorded.born[generation, child - new, w] = genes[child, w]
                same = True
                for w in range(words):
                    same = same and genes[child, w] == genes[parent, w]
                if same:
                    costs[child], models[child] = costs[parent], models[parent]
                    continue
                costs[child] = _evaluate(
                    genes, child, table, limit, base, genetics.repair, order, requested,
                    value, size,
                )  # fmt: skip
                models[child] = _models_in(genes, child)
                if _better(costs[child], models[child], best_cost, best_models):
                    best_cost, best_models, waited = costs[child], models[child], 0
                    for w in range(words):
                        best[0, w] = genes[child, w]
            born += 2
        old, new = new, old
        if recorded is not None:
            _record(recorded, generation, genes, costs, old)

    for row in range(rows):
        in_best = best[0, row >> 6] & (_ONE << np.uint64(row & 63))
        keep[row] = 1 if in_best and (deployed[row] or row == requested) else 0
    _make_fit(keep, requested, order, size, limit)
    return generation
