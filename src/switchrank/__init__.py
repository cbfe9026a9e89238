"""SwitchRank: cross-lingual re-rankers from English training data and bilingual lexicons."""
