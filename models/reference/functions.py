"""Small Python functions for the training text: signature with type hints, docstring with examples, body.

A family is a tuple (names, parameters, result, docstrings, body, inputs). {letters} in it are filled from choices that
belong together. Examples in docstrings are computed by running the body. contamination.py throws away a function whose
body, apart from its names, is that of a miniature problem, and one with such a docstring.
"""
import re

import code_numbers
import code_orders
import code_tables
import code_texts
from code_numbers import Draft

WORDS = ["red", "river", "hill", "boat", "stone", "bird", "blue", "cat", "dog", "tree", "lake", "sun", "rain", "wind",
         "apple", "bread", "milk", "door", "lamp", "paper", "green", "big", "old", "walking", "singing", "cart", "king"]


def numbers(rng):
    return [rng.randint(-3, 12) for _ in range(rng.randint(2, 5))]


def positive(rng):
    return [rng.randint(0, 12) for _ in range(rng.randint(2, 5))]


def words(rng):
    return rng.sample(WORDS, rng.randint(2, 4))


def text(rng):
    return " ".join(words(rng))


def word(rng):
    return rng.choice(WORDS)


def letter(rng):
    return rng.choice("abcdrstl")


def small(rng):
    return rng.randint(1, 5)


def count(rng):
    return rng.randint(0, 40)


def table(rng):
    width = rng.randint(1, 3)
    return [[rng.randint(0, 9) for _ in range(width)] for _ in range(rng.randint(1, 3))]


def square(rng):
    width = rng.randint(1, 3)
    return [[rng.randint(0, 9) for _ in range(width)] for _ in range(width)]


def pairs(rng):
    return {w: rng.randint(1, 9) for w in words(rng)}


# Each line: names | parameters | result | docstrings | body (\n and \t) | inputs | alternatives (k=a~b~c;...)
FAMILIES = r"""
count_{n}_words, words_{n}|{p}: str, letter: str|int|Count the words of a {p} that {d} the given letter. ; Return how many words of the {p} {d} the letter.|return sum(1 for word in {p}.split() if {c})|text letter|n=ending~with~short;d=end with~contain~do not contain;c=word.endswith(letter)~letter in word~letter not in word&p=sentence~text~line
count_{n}, how_many_{n}|numbers: List[int], limit: int|int|Count the numbers that are {d} the limit. ; Return how many numbers are {d} limit.|return sum(1 for number in numbers if number {c} limit)|numbers small|n=above~below~equal;d=above~below~equal to;c=>~<~==
count_{n}, {n}_count|{v}: List[int]|int|Count the {n} numbers of a list. ; Return how many {n} numbers there are.|return sum(1 for {i} in {v} if {i} {c})|numbers|n=even~odd~negative~positive;c=% 2 == 0~% 2 == 1~< 0~> 0&v=numbers~values~items;i=number~value~item
keep_{n}, only_{n}, {n}_numbers|numbers: List[int]|List[int]|Return the {n} numbers of a list in their order. ; Keep only the {n} numbers.|return [number for number in numbers if number {c}]|numbers|n=even~odd~negative~positive;c=% 2 == 0~% 2 == 1~< 0~> 0
{n}_all, {n}_each|numbers: List[int]|List[int]|{d} every number of a list. ; Return a list in which {e}.|return [{c} for number in numbers]|numbers|n=double~square~halve~increase~negate;d=Double~Square~Halve~Add one to~Negate;e=every number is doubled~every number is squared~every number is halved and rounded down~every number is one larger~every number has the other sign;c=2 * number~number * number~number // 2~number + 1~-number
{n}_of_neighbours, neighbour_{n}|{v}: List[int]|List[int]|Return the {n} of each number and the one after it. ; Given a list, return the {n} of every two numbers that stand next to each other.|return [{c} for a, b in zip({v}, {v}[1:])]|numbers|n=sum~product~largest~smallest~difference;c=a + b~a * b~max(a, b)~min(a, b)~b - a&v=numbers~values
steps_between, distances|numbers: List[int]|List[int]|Return how much larger each number is than the one before it. ; Return the step from each number to the next.|return [after - before for before, after in zip(numbers, numbers[1:])]|numbers|
running_{n}, {n}_so_far|numbers: List[int]|List[int]|Return a list whose entry at each place is the {n} number up to that place. ; For each place return the {n} of the numbers read so far.|result = []\nbest = None\nfor number in numbers:\n\tif best is None or number {c} best:\n\t\tbest = number\n\tresult.append(best)\nreturn result|numbers|n=largest~smallest;c=>~<
running_product, products_so_far|numbers: List[int]|List[int]|Return the product of all numbers up to each place. ; Return a list whose entry at each place is the product of the numbers so far.|products = []\nproduct = 1\nfor number in numbers:\n\tproduct *= number\n\tproducts.append(product)\nreturn products|numbers|
running_counts, totals_of_lengths|words: List[str]|List[int]|Return the total length of all words up to each place. ; For each place return the total number of letters so far.|totals = []\ntotal = 0\nfor word in words:\n\ttotal += len(word)\n\ttotals.append(total)\nreturn totals|words|
is_{n}, {n}|number: int|bool|Tell whether a number is {d}. ; Return True if the number is {d}.|return number {c}|count|n=even~odd~positive~multiple_of_three~multiple_of_five;d=even~odd~above zero~a multiple of three~a multiple of five;c=% 2 == 0~% 2 == 1~> 0~% 3 == 0~% 5 == 0
is_special_{n}, has_feast|year: int|bool|Tell whether a year is divisible by {a} but not by {b}. ; Return True for a year that can be divided by {a} and not by {b}.|if year % {b} == 0:\n\treturn False\nreturn year % {a} == 0|count|n=year~date;a=2~4~3;b=10~100~6
is_leap, has_leap_day|year: int|bool|Tell whether a year is a leap year. ; Return True if the year has 366 days.|return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)|count|
is_palindrome, same_backwards|text: str|bool|Tell whether a text reads the same backwards. ; Return True if the text is the same from right to left.|return text == text[::-1]|word|
is_sorted, goes_upward|numbers: List[int]|bool|Tell whether the numbers are sorted upward. ; Return True if no number is smaller than the one before it.|return numbers == sorted(numbers)|numbers|
has_{n}, uses_{n}|text: str|bool|Tell whether a text contains {d}. ; Return True if the text has {d}.|return {q}(letter in text.lower() for letter in '{c}')|text|n=vowel~every_vowel~digit;d=a vowel~all five vowels~a digit;q=any~all~any;c=aeiou~aeiou~0123456789
uses_letters, has_all_letters|text: str, letters: str|bool|Tell whether a text contains each of the given letters. ; Return True if all the letters are in the text.|present = set(text)\nreturn all(letter in present for letter in letters)|text letter|
seconds_text, timer_text|seconds: int|str|Write a number of seconds as minutes and seconds with two digits each. ; Show the seconds as a timer does, with two digits for minutes and seconds.|minutes, rest = divmod(seconds, 60)\nreturn "%02d:%02d" % (minutes, rest)|count|
hours_text, clock_of_hour|hour: int|str|Write the hour of the day as a clock shows it, with two digits. ; Show the hour with two digits and the minutes as 00.|return "%02d:00" % (hour % 24)|count|
reverse_text, backwards|text: str|str|Return the text from right to left. ; Turn a text around.|return text[::-1]|word|
remove_{n}, without_{n}|text: str|str|Return the text without its {d}. ; Remove all {d} from a text.|return ''.join(letter for letter in text if letter not in '{c}')|text|n=vowels~spaces~digits;d=vowels~spaces~digits;c=aeiouAEIOU~ ~0123456789
swap_ends, exchange_ends|text: str|str|Swap the first letter with the last. ; Return the text with its first and last letter exchanged.|letters = list(text)\nif len(letters) > 1:\n\tletters[0], letters[-1] = letters[-1], letters[0]\nreturn ''.join(letters)|word|
swap_pairs, swap_items|items: List[int]|List[int]|Swap the first item with the second, the third with the fourth, and so on. ; Exchange the items two by two. A last item without a partner stays.|result = list(items)\nfor i in range(0, len(result) - 1, 2):\n\tresult[i], result[i + 1] = result[i + 1], result[i]\nreturn result|positive|
initials, first_letters|sentence: str|str|Return the first letters of the words of a sentence. ; Join the first letter of every word.|return ''.join(word[0] for word in sentence.split())|text|
title_words, capital_words|text: str|str|Write every word of a text with a capital letter. ; Let each word begin with a capital letter.|return ' '.join(word.capitalize() for word in text.split())|text|
snake_name, join_with_{n}|name: str|str|Join the words of a name with {d}. ; Replace the spaces between words by {d}.|return '{c}'.join(name.split())|text|n=underscores~dashes~dots;d=underscores~dashes~dots;c=_~-~.
camel_words, join_words|text: str|str|Join the words of a text. Every word after the first begins with a capital letter. ; Write words without spaces, each after the first with a capital letter.|first, *others = text.split()\nreturn first + ''.join(part.capitalize() for part in others)|text|
longest_word, shortest_word|words: List[str]|str|Return the longest word of a list. ; Return the word with the most letters.|return max(words, key=len)|words|
longest_rise, rising_length|values: List[int]|int|Return the length of the longest stretch in which each value is larger than the one before. ; Return how long the numbers go up without a break.|best = 0\ncurrent = 0\nfor i, value in enumerate(values):\n\tif i > 0 and value > values[i - 1]:\n\t\tcurrent += 1\n\telse:\n\t\tcurrent = 1\n\tbest = max(best, current)\nreturn best|numbers|
longest_streak, most_in_a_row|values: List[int], wanted: int|int|Return the length of the longest stretch of the wanted value. ; Return how often the wanted value stands in a row at most.|best = 0\ncurrent = 0\nfor value in values:\n\tif value == wanted:\n\t\tcurrent += 1\n\telse:\n\t\tcurrent = 0\n\tbest = max(best, current)\nreturn best|positive small|
alternate, take_turns|left: List[int], right: List[int]|List[int]|Take numbers from two lists in turn. ; Return one list with the numbers of both lists in turn.|result = []\nfor a, b in zip(left, right):\n\tresult.append(a)\n\tresult.append(b)\nreturn result|positive positive|
join_sorted, all_in_order|left: List[int], right: List[int]|List[int]|Put two lists together and sort them {d}. ; Return the numbers of both lists, sorted {d}.|return sorted(left + right{c})|positive positive|d=upward~downward;c=~, reverse=True
row_{n}, {n}_of_rows|table: List[List[int]]|List[int]|Return the {n} of each row of a table. ; Given a table, return the {n} of every row.|return [{c}(row) for row in table]|table|n=sums~largest~smallest~lengths;c=sum~max~min~len
column_{n}, {n}_of_columns|table: List[List[int]]|List[int]|Return the {n} of each column of a table. All rows have the same length. ; Given a table, return the {n} of every column.|if not table:\n\treturn []\nreturn [{c}(row[column] for row in table) for column in range(len(table[0]))]|table|n=sums~largest~smallest;c=sum~max~min
mirror_table, flip_rows|table: List[List[int]]|List[List[int]]|Turn every row of a table around. ; Return the table with each row from right to left.|return [row[::-1] for row in table]|table|
columns_of, as_columns|rows: List[List[int]]|List[List[int]]|Return the columns of a table as lists. ; Make a list of each column.|return [list(column) for column in zip(*rows)]|table|
other_corner_total, falling_line|square: List[List[int]]|int|Add up the numbers on the line from the top right to the bottom left corner of a square table. ; Return the total of the line from the last corner of the first row to the first of the last row.|return sum(square[i][-1 - i] for i in range(len(square)))|square|
table_total, all_numbers_total|table: List[List[int]]|int|Add up all the numbers of a table. ; Return the total of a table.|return sum(sum(row) for row in table)|table|
stairs_down, {n}_lines|height: int|List[str]|Draw stairs: the first line has height {d}, and each line has one less. ; Return lines of {d} that get shorter.|return ['{c}' * width for width in range(height, 0, -1)]|small|n=star~dash~dot;d=stars~dashes~dots;c=*~-~.
number_lines, growing_numbers|height: int|List[str]|Draw lines: line i has the digit i repeated i times. ; Return the lines 1, 22, 333 and so on.|return [str(i) * i for i in range(1, height + 1)]|small|
square_of_{n}, block_of_{n}|size: int|List[str]|Draw a square of {n}: size lines with size {n} each. ; Return lines that make a square of {n}.|return ['{c}' * size for line in range(size)]|small|n=stars~dots~dashes;c=*~.~-
cut_text, text_portions|text: str, size: int|str|Cut a text into portions of the given size and join them with dashes. ; Put a dash after every size letters of a text.|return '-'.join(text[start:start + size] for start in range(0, len(text), size))|word small|
every_{n}, each_{n}_item|items: List[int]|List[int]|Return every {n} item of a list. ; Keep the first item and then every {n} one.|return items[::{c}]|positive|n=second~third~fourth;c=2~3~4
first_items, last_items|items: List[int], size: int|List[int]|Return the first items of a list, as many as size says. ; Keep only size items from the front.|return items[:size]|positive small|
group_by_{n}, words_by_{n}|words: List[str]|Dict[{t}, List[str]]|Group the words by their {d}. ; Return the words of each {d}.|groups = {}\nfor word in words:\n\tgroups.setdefault({c}, []).append(word)\nreturn groups|words|n=length~start;t=int~str;d=length~first letter;c=len(word)~word[0]
swap_keys, names_by_value|values: Dict[str, int]|Dict[int, str]|Exchange the keys and the values. ; Given the value of each name, return the name of each value.|result = {}\nfor name in values:\n\tresult[values[name]] = name\nreturn result|pairs|
letter_counts, count_letters|text: str|Dict[str, int]|Return how often each letter occurs in a text. ; Count every letter of a text.|counts = {}\nfor letter in text:\n\tcounts[letter] = counts.get(letter, 0) + 1\nreturn counts|word|
count_equal, same_places|first: {t}, second: {t}|int|Count the places at which {d} are equal. ; Return at how many places both have the same.|return sum(1 for a, b in zip(first, second) if a == b)|{w} {w}|t=str~List[int];d=two texts~two lists;w=word~positive
count_larger, times_larger|first: List[int], second: List[int]|int|Count the places at which the first list has the {d} number. ; Return at how many places the first list is {d}.|return sum(1 for a, b in zip(first, second) if a {c} b)|positive positive|d=larger~smaller~other;c=>~<~!=
greedy_coins, coin_count|amount: int|int|Return the number of coins of 10, 5 and 1 that a careful person pays with. ; Count the coins when the largest are taken first.|count = 0\nfor coin in [10, 5, 1]:\n\tcount += amount // coin\n\tamount = amount % coin\nreturn count|count|
ways_to_pay, count_ways|amount: int, coins: List[int]|int|Return in how many ways the coins add up to the amount. ; Count the ways to pay. Each coin may be used often.|ways = [1] + [0] * amount\nfor coin in coins:\n\tfor value in range(coin, amount + 1):\n\t\tways[value] += ways[value - coin]\nreturn ways[amount]|small coins|
turn_right, move_right|items: List[int], steps: int|List[int]|Move every item the given number of places to the right. Items that fall off the end come to the front. ; Turn a list to the right.|if not items:\n\treturn []\ncut = len(items) - steps % len(items)\nreturn items[cut:] + items[:cut]|positive small|
turn_text, rotate_text|text: str, steps: int|str|Move every letter to the left. Letters that fall off the front come back at the end. ; Turn a text to the left by steps letters.|if not text:\n\treturn ''\ncut = steps % len(text)\nreturn text[cut:] + text[:cut]|word small|
shared_start, common_start|first: str, second: str|str|Return the longest beginning that both words have in common. ; Return how both texts begin.|length = 0\nwhile length < min(len(first), len(second)) and first[length] == second[length]:\n\tlength += 1\nreturn first[:length]|word word|
mean_without_{n}, fair_mean_{n}|scores: List[int]|float|Leave out the {d} score and return the mean of the others. ; Return the mean without the {d} score.|kept = sorted(scores){c}\nreturn sum(kept) / len(kept)|three|n=lowest~highest;d=lowest~highest;c=[1:]~[:-1]
mean, average|numbers: List[int]|float|Return the mean of the numbers. ; Return the average of a list.|return sum(numbers) / len(numbers)|three|
span, width_of|numbers: List[int]|int|Return the difference between the largest and the smallest number. ; Return how far the numbers reach.|return max(numbers) - min(numbers)|numbers|
second_{n}, next_to_{n}|numbers: List[int]|int|Return the second {n} number. There are at least two. ; Return the number after the {n} one.|return sorted(numbers)[{c}]|numbers|n=largest~smallest;c=-2~1
first_{n}, find_{n}|numbers: List[int]|Optional[int]|Return the first number that is {d}. Return None if there is none. ; Read from left to right and return the first {d} number.|for number in numbers:\n\tif number {c}:\n\t\treturn number\nreturn None|numbers|n=even~odd~negative~large;d=even~odd~negative~above ten;c=% 2 == 0~% 2 == 1~< 0~> 10
first_again, repeated_letter|text: str|Optional[int]|Return the place of the first letter that has been read before. Return None if no letter comes twice. ; Return where the first letter comes again.|seen = set()\nfor i, letter in enumerate(text):\n\tif letter in seen:\n\t\treturn i\n\tseen.add(letter)\nreturn None|word|
without_repeats, remove_doubles|items: List[int]|List[int]|Return each item once, in the order of the first time. ; Leave out the items that have been read before.|seen = set()\nresult = []\nfor item in items:\n\tif item not in seen:\n\t\tseen.add(item)\n\t\tresult.append(item)\nreturn result|positive|
has_repeats, any_twice|items: List[int]|bool|Tell whether any item comes twice. ; Return True if there are equal items.|return len(set(items)) < len(items)|positive|
cap_numbers, at_most|numbers: List[int], high: int|List[int]|Replace every number {d} high by high. ; Let no number be {d} high.|return [{c}(number, high) for number in numbers]|positive small|d=above~below;c=min~max
no_negatives, at_least_zero|numbers: List[int]|List[int]|Replace every negative number by zero. ; Let no number be below zero.|return [max(number, 0) for number in numbers]|numbers|
keep_between, in_range|numbers: List[int], low: int, high: int|List[int]|Keep the numbers that are not below low and not above high. ; Return the numbers from low to high.|return [number for number in numbers if low <= number <= high]|numbers small ten|
days_of_kind, count_{n}|first_day: int, length: int|int|Count the {d} in a stretch of days that begins on weekday first_day (0 is Monday). ; Return how many {d} there are in length days from first_day on.|return sum(1 for offset in range(length) if (first_day + offset) % 7 {c})|six count|n=mondays~sundays~workdays;d=Mondays~Sundays~days from Monday to Friday;c=== 0~== 6~< 5
weekday_after, day_later|day: int, days: int|int|Return the weekday that comes some days after a weekday. Weekdays go from 0 to 6. ; Return the weekday after the given number of days.|return (day + days) % 7|six count|
worth_of, letter_points|text: str|int|Add up the points of the letters: A is 1, B is 3 and C is 10. ; Return the points of a text of the letters A, B and C.|worth = {'A': 1, 'B': 3, 'C': 10}\ntotal = 0\nfor letter in text:\n\ttotal += worth[letter]\nreturn total|abc|
digit_sum, add_digits|number: int|int|Add up the digits of a number. ; Return the sum of the digits.|return sum(int(digit) for digit in str(number))|count|
factorial, product_up_to|number: int|int|Return the product of all numbers from 1 to number. ; Multiply the numbers from 1 up to number.|product = 1\nfor factor in range(1, number + 1):\n\tproduct *= factor\nreturn product|small|
sum_to, total_up_to|number: int|int|Add up the numbers from 1 to number. ; Return the total of the numbers up to number.|return sum(range(1, number + 1))|count|
total_length, letters_in_all|words: List[str]|int|Return the total length of all words. ; Count the letters of all the words.|return sum(len(word) for word in words)|words|
word_lengths, lengths|words: List[str]|List[int]|Return the length of each word. ; Return how many letters every word has.|return [len(word) for word in words]|words|
countdown, numbers_down|start: int|List[int]|Return the numbers from start down to 1. ; Count down from start.|return list(range(start, 0, -1))|small|
repeat_{n}, {n}_repeated|text: str, times: int|str|Repeat a text, with {d} between. ; Write the text several times with {d} between.|return '{c}'.join([text] * times)|word small|n=dash~comma~space;d=dashes~commas~spaces;c=-~,~ 
distances_to, all_distances|numbers: List[int], given: int|List[int]|Return how far each number lies from the given one, without a sign. ; Return the distance of every number to the given number.|return [abs(number - given) for number in numbers]|numbers small|
way_walked, total_distance|numbers: List[int]|int|Add up how far each number lies from the one before it, without a sign. ; Return the length of the way from number to number.|return sum(abs(after - before) for before, after in zip(numbers, numbers[1:]))|numbers|
sizes_without_sign, make_positive|numbers: List[int]|List[int]|Return every number without its sign. ; Leave out the sign of each number.|return [abs(number) for number in numbers]|numbers|
totals_from_here, remaining_totals|numbers: List[int]|List[int]|Return a list whose entry at each place is the total of all numbers from that place on. ; For each place return the total of what is still to come.|totals = []\ntotal = sum(numbers)\nfor number in numbers:\n\ttotals.append(total)\n\ttotal -= number\nreturn totals|numbers|
running_{n}, {n}_so_far|numbers: List[int]|List[int]|Return a list whose entry at each place is the {d} up to that place. ; For each place return the {d} read so far.|totals = []\ntotal = 0\nfor number in numbers:\n\t{c}\n\ttotals.append(total)\nreturn totals|numbers|n=squares~doubles~places~distances;d=total of the squares of all numbers~total of all numbers taken twice~count of all numbers~total of all numbers without their signs;c=total += number * number~total += 2 * number~total += 1~total += abs(number)
growing_stairs, wide_{n}|height: int|List[str]|Draw a staircase: the first line has two {d}, and each line has two {d} more. ; Return lines of {d} that get longer by two.|return ['{c}' * (2 * width) for width in range(1, height + 1)]|small|n=stars~dashes~dots;d=stars~dashes~dots;c=*~-~.
{n}_stairs, {n}_steps|height: int|List[str]|Draw a staircase of {d}: the first line has no {k}, and each line has one {k} more. ; Return lines of {d}, the first of them empty.|return ['{c}' * width for width in range(height)]|small|n=star~dash~dot;d=stars~dashes~dots;k=star~dash~dot;c=*~-~.
corner_line, line_down|square: List[List[int]]|List[int]|Return the numbers on the line from the top left to the bottom right corner of a square table. ; List the numbers from the first corner down to the last.|return [square[i][i] for i in range(len(square))]|square|
corner_line_{n}, {n}_on_line|square: List[List[int]]|int|Return the {n} number on the line from the top left to the bottom right corner of a square table. ; Find the {n} number on the falling line of a table.|line = [square[i][i] for i in range(len(square))]\nreturn {c}(line)|square|n=largest~smallest;c=max~min
corner_lines_total, both_lines|square: List[List[int]]|int|Add up the numbers on both lines from corner to corner of a square table. ; Return the total of the two lines between the corners.|return sum(square[i][i] + square[i][-1 - i] for i in range(len(square)))|square|
keep_from_{a}_to_{b}, limited_to_{b}|numbers: List[int]|List[int]|Replace every number below {a} by {a} and every number above {b} by {b}. ; Bring all numbers between {a} and {b}.|return [min(max(number, {a}), {b}) for number in numbers]|numbers|a=0~0~1~2~3;b=5~10~6~9~8
limit_number, keep_inside|number: int, low: int, high: int|int|Return low for a number below low and high for a number above high. ; Let a number be no lower than low and no higher than high.|return min(max(number, low), high)|count small ten|
same_end_length, common_end_size|first: str, second: str|int|Return how many letters at the end both words have in common. ; Count the letters of the ending that both words have in common.|length = 0\nwhile length < min(len(first), len(second)) and first[-1 - length] == second[-1 - length]:\n\tlength += 1\nreturn length|word word|
ending_of, word_end|text: str, size: int|str|Return the ending of a word that is size letters long. ; Keep the last size letters of a word.|return text[len(text) - size:]|word small|
unequal_places, other_places|first: {t}, second: {t}|List[int]|Return the places at which {d} of equal length are different. ; List where {d} have different {k}.|return [i for i, (a, b) in enumerate(zip(first, second)) if a != b]|{w} {w}|t=str~List[int];d=two texts~two lists;k=letters~numbers;w=word~positive
differ_anywhere, not_everywhere_equal|first: {t}, second: {t}|bool|Tell whether {d} of equal length are different at some place. ; Return True if {d} have different {k} somewhere.|return any(a != b for a, b in zip(first, second))|{w} {w}|t=str~List[int];d=two texts~two lists;k=letters~numbers;w=word~positive
count_others, count_not_equal|{v}: {t}, wanted: {u}|int|Count the {k} that are different from the wanted one. ; Return how many {k} are not the wanted one.|return sum(1 for {i} in {v} if {i} != wanted)|{w}|t=str~List[int];u=str~int;k=letters~numbers;w=word letter~positive small;v=text~numbers;i=letter~number
{n}_of_middle, middle_{n}|scores: List[int]|int|Leave out one lowest and one highest score and return the {d} of the others. There are always at least three scores. ; Return the {d} of the scores without one lowest and one highest.|kept = sorted(scores)[1:-1]\nreturn {c}|three|n=sum~size~top~bottom;d=sum~number~largest~smallest;c=sum(kept)~len(kept)~max(kept)~min(kept)
mean_of_ends, middle_of_range|scores: List[int]|float|Return the mean of the lowest and the highest score. ; Take one lowest and one highest score and return their mean.|kept = sorted(scores)\nreturn (kept[0] + kept[-1]) / 2|three|
turn_left_{n}, move_left_{n}|items: List[int]|List[int]|Move every item {n} to the left. Items that fall off the front come back at the end. ; Turn a list to the left by {n}.|return items[{c}:] + items[:{c}]|positive|n=once~twice;c=1~2
read_twice, all_seen_again|{v}: List[{t}]|List[{t}]|Read the {v} from left to right and return all that have been read before. ; List the {v} that come again.|seen = set()\nagain = []\nfor {i} in {v}:\n\tif {i} in seen:\n\t\tagain.append({i})\n\tseen.add({i})\nreturn again|{w}|v=numbers~words;t=int~str;i=number~word;w=positive~words
people_per_age, ages_counted|ages: Dict[str, int]|Dict[int, int]|Given the age of each person, return the number of people of each age. ; Count the people of every age.|counts = {}\nfor name in ages:\n\tcounts[ages[name]] = counts.get(ages[name], 0) + 1\nreturn counts|pairs|
names_of_{n}, {n}_people|ages: Dict[str, int]|List[str]|Given the age of each person, return the sorted names of the people who are {d} five. ; Return the names of all {d} five, sorted.|return sorted(name for name in ages if ages[name] {c} 5)|pairs|n=older~younger;d=older than~younger than;c=>~<
players_by_points, group_by_points|points: Dict[str, int]|Dict[int, List[str]]|Given the points of each player, return the names of the players with each number of points. ; Group the players by their points.|groups = {}\nfor name in points:\n\tgroups.setdefault(points[name], []).append(name)\nreturn groups|pairs|
in_{n}, cut_into_{n}|items: List[int]|List[List[int]]|Cut a list into {n}. The last portion may be shorter. ; Return the {n} of a list.|return [items[start:start + {c}] for start in range(0, len(items), {c})]|positive|n=pairs~threes~fours;c=2~3~4
drop_short_portion, whole_portions|items: List[int], size: int|List[List[int]]|Cut a list into portions of the given size. What is left over is dropped. ; Return all whole portions of a list.|return [items[start:start + size] for start in range(0, len(items) - size + 1, size)]|positive small|
swap_inner, exchange_inner|text: str|str|Swap the second letter with the third, the fourth with the fifth, and so on. The first letter stays where it is. ; Exchange the letters two by two from the second on.|letters = list(text)\nfor i in range(1, len(letters) - 1, 2):\n\tletters[i], letters[i + 1] = letters[i + 1], letters[i]\nreturn ''.join(letters)|word|
sort_letters, letters_in_order|text: str|str|Sort the letters of a text {d}. ; Return the letters of a text, sorted {d}.|letters = list(text)\nletters.sort({c})\nreturn ''.join(letters)|word|d=upward~downward;c=~reverse=True
all_capital_parts, {n}_to_words|name: str|str|Join the parts of a name that are separated by {d}. Every part begins with a capital letter. ; Write the parts between {d} with capital letters and without {d}.|return ''.join(part.capitalize() for part in name.split('{c}'))|{w}|n=dashes~underscores;d=dashes~underscores;c=-~_;w=dashed~underscored
parts_of, split_name|name: str|List[str]|Return the parts of a name that are separated by {d}. ; Cut a name at its {d}.|return name.split('{c}')|{w}|d=dashes~underscores;c=-~_;w=dashed~underscored
other_parts, without_first_part|name: str|str|Leave out the first of the parts of a name that are separated by {d}. ; Return what comes after the first of the {d}.|first, *others = name.split('{c}')\nreturn '{c}'.join(others)|{w}|d=dashes~underscores;c=-~_;w=dashed~underscored
words_with_start, list_initial|sentence: str, letter: str|List[str]|Return the words of a sentence that begin with the given letter. Words are separated by spaces. ; List the words that begin with a letter.|return [word for word in sentence.split() if word.startswith(letter)]|text letter|
count_begin, letter_begins|words: List[str], letter: str|int|Count the words of a list that begin with the given letter. ; Return how many words of a list begin with a letter.|return sum(1 for word in words if word.startswith(letter))|words letter|
hours_and_minutes, minutes_text|minutes: int|str|Write a number of minutes as hours and minutes. ; Show the minutes as hours and the rest.|hours, rest = divmod(minutes, 60)\nreturn "%d h %d min" % (hours, rest)|count|
day_and_hour, hour_in_day|hours: int|str|Write the hours since Monday midnight as the day and the hour, with two digits each. ; Show days and hours with two digits each. Days start again after a week.|days, rest = divmod(hours % 168, 24)\nreturn "%02d %02d" % (days, rest)|count|
is_holiday_{n}, feast_{n}|year: int|bool|Tell whether a year is divisible by {a}. A year that is divisible by {b} must be divisible by {c} too. ; Return True for years divisible by {a}, but of those divisible by {b} only for those divisible by {c}.|if year % {b} == 0:\n\treturn year % {c} == 0\nreturn year % {a} == 0|count|n=year~date~time;a=3~5~2;b=9~10~50;c=27~100~200
longest_{n}, {n}_stretch|values: List[int]|int|Return the length of the longest stretch of values {d}. An empty list has a longest stretch of 0. ; Return how many values stand together {d}.|best = 0\ncurrent = 0\nfor i, value in enumerate(values):\n\tif i > 0 and value {c}:\n\t\tcurrent += 1\n\telse:\n\t\tcurrent = 1\n\tbest = max(best, current)\nreturn best|positive|n=fall~climb~change~level;d=that get smaller~that grow by one~that are all different from the one before~that do not get smaller;c=< values[i - 1]~== values[i - 1] + 1~!= values[i - 1]~>= values[i - 1]
equal_neighbours, count_doubles|values: List[int]|int|Count the values that are equal to the one that stands before them. ; Return how often equal values stand next to each other.|return sum(1 for before, after in zip(values, values[1:]) if before == after)|positive|
"""

INPUTS = {"numbers": numbers, "positive": positive, "words": words, "text": text, "word": word, "letter": letter,
          "small": small, "count": count, "table": table, "square": square, "pairs": pairs,
          "three": lambda rng: [rng.randint(0, 10) for _ in range(rng.randint(3, 4))],
          "coins": lambda rng: [1, 2, 5], "ten": lambda rng: 9, "six": lambda rng: rng.randint(0, 6),
          "dashed": lambda rng: "-".join(words(rng)), "underscored": lambda rng: "_".join(words(rng)),
          "abc": lambda rng: "".join(rng.choice("ABC") for _ in range(rng.randint(1, 4)))}
ROWS = [row.split("|") for row in FAMILIES.strip("\n").split("\n")]


def fill(rng, row):
    """The row with its {letters} replaced; alternatives of one & group are drawn together."""
    chosen = {}
    for group in (row[6] if len(row) > 6 else "").split("&"):
        if not group:
            continue
        keys = dict(part.split("=", 1) for part in group.split(";"))
        index = rng.randrange(len(next(iter(keys.values())).split("~")))
        chosen.update({key: values.split("~")[index] for key, values in keys.items()})
    return [re.sub(r"\{([a-z])\}", lambda m: chosen.get(m.group(1), m.group(0)), part) for part in row]


def from_row(rng):
    """A Draft from a row of the table."""
    names, parameters, result, docs, body, inputs = fill(rng, rng.choice(ROWS))[:6]
    sentences = re.split(r"(?<=\.) ", rng.choice(docs.split(" ; ")).strip())
    return Draft(rng.choice(names.split(", ")), parameters, result, sentences, body.replace("\\n", "\n").replace("\\t", "\t"),
                 [INPUTS[kind] for kind in inputs.split(" ")])


def draft(rng):
    """A function of any kind."""
    return rng.choices(*zip(*MAKERS))[0](rng)


MAKERS = code_numbers.MAKERS + code_orders.MAKERS + code_texts.MAKERS + code_tables.MAKERS + [(from_row, 12)]


def example(rng, code, inputs):
    """(arguments, value) of a call; arguments that a function is not made for are drawn again."""
    for _ in range(30):
        values = [make(rng) for make in inputs]
        shown = ", ".join(map(repr, values))
        try:
            return shown, code(*values)
        except (IndexError, ValueError, ZeroDivisionError, KeyError):
            continue
    raise AssertionError(f"no argument suits {code.__name__}: {shown}")


def function(rng):
    """(prompt, completion) as HumanEval has them."""
    name, parameters, result, sentences, body, inputs = draft(rng)
    code = "".join("    " + line.replace("\t", "    ") + "\n" for line in body.split("\n"))
    imports = sorted({t for t in ("Dict", "List", "Optional") if t + "[" in parameters + result})
    scope = {}
    exec(f"from typing import *\ndef {name}({parameters}) -> {result}:\n{code}", scope)
    doc = sentences[0] + "".join(rng.choice(["\n    ", "\n    ", " "]) + s for s in sentences[1:])
    lines = [f"def {name}({parameters}) -> {result}:", f'    """{doc}']
    for _ in range(rng.choice([1, 2, 2, 2])):
        shown, value = example(rng, scope[name], inputs)
        lines.append(f"    >>> {name}({shown})")
        if value is not None:
            lines.append("    " + repr(value))
    head = f"from typing import {', '.join(imports)}\n\n\n" if imports else ""
    return head + "\n".join(lines) + '\n    """\n', code


if __name__ == "__main__":
    import random
    rng = random.Random(5)
    for maker, _ in MAKERS:
        drafts = {(d.parameters, d.body) for d in (maker(rng) for _ in range(3000))}
        print(f"{maker.__name__}: {len(drafts)} different bodies in 3000 drafts")
    for _ in range(4000):
        function(rng)
    print("".join(function(rng)))
